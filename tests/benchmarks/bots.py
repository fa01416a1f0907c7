"""Bots that cost little: one loop for all of their sockets, which notes by kernel time when each frame of audio came.

Run as `python -m tests.benchmarks.bots`; it prints `ready http://127.0.0.1:PORT`. POST answers with TwiML that connects
the call to the socket of the same path: /echo says what it hears, /relay says a sentence and ends. GET /heard returns
what came since the last time, as `RECORD`s.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import select
import socket
import struct
import time
from typing import Final

TAG: Final = struct.Struct(">HHH")
"""How a frame of audio ends: `MAGIC`, who talks, and in which beat."""
MAGIC: Final = 0x1D1D
RECORD: Final = struct.Struct("<HHHd")
"""The stream, by its number; whose frame was over and of which beat, 65535 where none was; and the moment."""
_NONE: Final = 0xFFFF
_MAGIC: Final = struct.pack(">H", MAGIC)
_SO_TIMESTAMPNS: Final = 35
_STAMP: Final = struct.Struct("@ll")
_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_PAYLOAD: Final = b'"payload":"'
_DOCUMENTS: Final = {
    b"/echo": b'<Response><Connect><Stream url="/echo"/></Connect></Response>',
    b"/relay": b'<Response><Connect><ConversationRelay url="/relay"/></Connect></Response>',
}
_SAID: Final = (
    {"type": "text", "token": "One two ", "last": False},
    {"type": "text", "token": "three.", "last": True},
    {"type": "end"},
)


class Bots:
    """All connections, requests and sockets alike."""

    def __init__(self) -> None:
        self._poll = select.epoll()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._poll.register(self._listening, select.EPOLLIN)
        self._all: dict[int, Connection] = {}
        self.heard = bytearray()
        self.streams = 0

    @property
    def url(self) -> str:
        """Where they are."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def run(self) -> None:
        """Serve until the process is ended."""
        while True:
            for number, _ in self._poll.poll():
                if number == self._listening.fileno():
                    opened, _ = self._listening.accept()
                    self._all[opened.fileno()] = Connection(self, opened)
                    self._poll.register(opened, select.EPOLLIN)
                elif not self._all[number].read():
                    self._poll.unregister(number)
                    self._all.pop(number).end()


class Connection:
    """One connection: HTTP until it is upgraded."""

    def __init__(self, bots: Bots, opened: socket.socket) -> None:
        opened.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._bots = bots
        self._socket = opened
        self._buffer = b""
        self._upgraded = False
        self._number = 0
        self._answer = self._tail = b""

    def read(self) -> bool:
        """Take what came; return whether the connection is still open."""
        try:
            data, stamps, _, _ = self._socket.recvmsg(65_536, 128)
            if not data:
                return False
            self._buffer += data
            if not self._upgraded and not self._take_requests():
                return True
            # The kernel stamps nothing that came before it was asked to, which is within the handshake.
            seconds, nanoseconds = _STAMP.unpack(stamps[0][2][:16]) if stamps else (time.time(), 0)
            return self._take_frames(seconds + nanoseconds / 1e9)
        except ConnectionError:
            return False

    def end(self) -> None:
        """Close it."""
        self._socket.close()

    def _take_requests(self) -> bool:
        """Answer requests; return whether what follows are frames."""
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return False
            self._buffer = self._buffer[whole:]
            path = head.split(b" ", 2)[1]
            key = re.search(rb"(?i)\r\nsec-websocket-key: *(\S+)", head)
            if key is not None:
                self._upgrade(key[1])
                return True
            body = _DOCUMENTS.get(path, b"")
            if path == b"/heard":
                body, self._bots.heard = bytes(self._bots.heard), bytearray()
            kind = b"text/xml" if path in _DOCUMENTS else b"application/octet-stream"
            self._socket.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                % (kind, len(body), body)
            )
        return False

    def _upgrade(self, key: bytes) -> None:
        accept = base64.b64encode(hashlib.sha1(key + _GUID).digest())
        self._socket.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: %s\r\n\r\n" % accept
        )
        self._upgraded = True
        self._bots.streams += 1
        self._number = self._bots.streams

    def _take_frames(self, at: float) -> bool:
        """Take whole frames (RFC 6455 section 5.2; a client's are masked)."""
        buffer, place, answers = self._buffer, 0, []
        while len(buffer) - place >= 6:
            size, head = buffer[place + 1] & 0x7F, 2
            if size == 126:
                size, head = int.from_bytes(buffer[place + 2 : place + 4], "big"), 4
            begin = place + head + 4
            if len(buffer) < begin + size:
                break
            if buffer[place] & 0x0F == 8:
                self._socket.sendall(b"\x88\x00")
                return False
            mask = buffer[begin - 4 : begin] * (size // 4 + 1)
            plain = int.from_bytes(buffer[begin : begin + size], "big") ^ int.from_bytes(mask[:size], "big")
            answers.append(self._take(plain.to_bytes(size, "big"), at))
            place = begin + size
        self._buffer = buffer[place:]
        if whole := b"".join(answers):
            self._socket.sendall(whole)
        return True

    def _take(self, text: bytes, at: float) -> bytes:
        if text.startswith(b'{"event":"media"'):
            begin = text.index(_PAYLOAD) + len(_PAYLOAD)
            payload = text[begin : text.index(b'"', begin)]
            # A message need not begin where a packet does.
            audio = self._tail + base64.b64decode(payload)
            self._tail = audio[1 - TAG.size :]
            found = audio.find(_MAGIC, 0, len(audio) + len(_MAGIC) - TAG.size)
            _, source, beat = TAG.unpack_from(audio, found) if found >= 0 else (0, _NONE, _NONE)
            self._bots.heard += RECORD.pack(self._number, source, beat, at)
            return framed(self._answer % payload)
        message = json.loads(text)
        if message.get("event") == "start":
            sid = message["streamSid"].encode()
            self._answer = b'{"event":"media","streamSid":"%s","media":{"payload":"%%s"}}' % sid
        elif message.get("type") == "setup":
            return b"".join(framed(json.dumps(each).encode()) for each in _SAID)
        return b""


def framed(text: bytes, mask: bytes = b"") -> bytes:
    """Return a frame with a text of less than 64 kB.

    Args:
        text: What it says.
        mask: b"" for a server's; four zeros, which change nothing, for a client's.
    """
    size, masked = len(text), 0x80 if mask else 0
    head = bytes((0x81, masked | size)) if size < 126 else struct.pack(">BBH", 0x81, masked | 126, size)
    return head + mask + text


if __name__ == "__main__":
    bots = Bots()
    print("ready", bots.url, flush=True)
    bots.run()
