"""Messages out of a TCP or TLS stream (RFC 3261 section 18.3, RFC 5626 section 3.5.1)."""

from __future__ import annotations

import re
from typing import Final

from harness.errors import RemoteProtocolError
from harness.sip.codec import MAX_MESSAGE

PING: Final = b"\r\n\r\n"
"""A keep-alive; what comes back is `PONG`."""
PONG: Final = b"\r\n"
_LENGTH: Final = re.compile(rb"\r\n(?:content-length|l)[ \t]*:[ \t]*(\d{1,7})[ \t]*(?=\r\n)", re.IGNORECASE)
_MAX_HEAD: Final = 65_535


class StreamFramer:
    """Cuts a stream into messages; any split of the stream gives the same messages."""

    __slots__ = ("_buffer", "_searched")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0

    @property
    def buffered(self) -> int:
        """How many bytes wait for the rest of their message."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes; return each whole message, and `PING` for each keep-alive.

        Raises:
            RemoteProtocolError: The stream cannot be followed any more: no Content-Length,
                or a message that is too large. Close the connection.
        """
        self._buffer += data
        found: list[bytes] = []
        while (message := self._next()) is not None:
            found.append(message)
        return found

    def _next(self) -> bytes | None:
        buffer = self._buffer
        while buffer[:1] in {b"\r", b"\n"}:
            if buffer.startswith(PING):
                del buffer[:4]
                return PING
            if len(buffer) < 4 and PING.startswith(buffer):
                return None
            # A lone CRLF is a pong, or a stray one between messages.
            del buffer[: 2 if buffer.startswith(PONG) else 1]
        end = buffer.find(b"\r\n\r\n", max(0, self._searched - 3))
        if end < 0:
            self._searched = len(buffer)
            if len(buffer) > _MAX_HEAD:
                raise RemoteProtocolError("header fields too large", status_hint=513)
            return None
        length = _LENGTH.search(buffer, 0, end + 2)
        if length is None:
            raise RemoteProtocolError("no Content-Length in a message on a stream")
        total = end + 4 + int(length[1])
        if total > MAX_MESSAGE:
            raise RemoteProtocolError("message too large", status_hint=513)
        if len(buffer) < total:
            self._searched = end
            return None
        message = bytes(buffer[:total])
        del buffer[:total]
        self._searched = 0
        return message
