"""`python -m tests.benchmarks.plain_streams COUNT URL`: a plain loop between datagrams and WebSockets, for comparison.

It opens so many sockets of UDP, each with a WebSocket to the bots at a URL, prints `ready PORT PORT …`, and passes on what
comes: a packet as a media message, and the audio of a media message as a packet. No clock, no queue, no journal.
"""

from __future__ import annotations

import asyncio
import sys
from base64 import b64decode, b64encode
from functools import partial
from typing import cast
from urllib.parse import urlsplit

from sipdomain.runtime.event_loop import new_event_loop
from tests.benchmarks.bots import framed

_NO_MASK = bytes(4)
_MEDIA = '{"event":"media","sequenceNumber":"1","media":{"track":"inbound","chunk":"1","timestamp":"1","payload":"%s"}}'
_HEADER = 12


class Phone(asyncio.DatagramProtocol):
    """A socket of UDP."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._transport: asyncio.DatagramTransport | None = None
        self._peer: tuple[str, int] | None = None
        self._header = bytes(_HEADER)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio's.
        self._transport = cast(asyncio.DatagramTransport, transport)
        self._bot.phone = self

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        self._peer = address
        self._header = data[:_HEADER]
        self._bot.say(_MEDIA % b64encode(data[_HEADER:]).decode())

    def hear(self, audio: bytes) -> None:
        """Send audio to who spoke last."""
        if self._transport is not None and self._peer is not None:
            self._transport.sendto(self._header + audio, self._peer)


class Bot(asyncio.Protocol):
    """A WebSocket."""

    def __init__(self) -> None:
        self.phone: Phone | None = None
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(
            b"GET /echo HTTP/1.1\r\nHost: bot\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        self.say('{"event":"start","streamSid":"MZ00000000000000000000000000000000"}')

    def say(self, text: str) -> None:
        """Send a message."""
        if self._transport is not None:
            self._transport.write(framed(text.encode(), _NO_MASK))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._open:
            _, mark, rest = self._buffer.partition(b"\r\n\r\n")
            self._open = bool(mark)
            if not mark:
                return
            self._buffer = rest
        while len(self._buffer) >= 4:
            end = 4 + int.from_bytes(self._buffer[2:4], "big")
            if len(self._buffer) < end:
                return
            text, self._buffer = self._buffer[4:end], self._buffer[end:]
            if self.phone is not None:
                self.phone.hear(b64decode(text.partition(b'"payload":"')[2].partition(b'"')[0]))


async def relay(count: int, url: str) -> None:
    """Open the sockets, and pass on for ever."""
    loop = asyncio.get_running_loop()
    ports = []
    place = urlsplit(url)
    for _ in range(count):
        _, bot = await loop.create_connection(Bot, str(place.hostname), place.port or 0)
        phone = partial(Phone, bot)
        transport, _ = await loop.create_datagram_endpoint(phone, local_addr=("127.0.0.1", 0))
        ports.append(str(transport.get_extra_info("sockname")[1]))
    print("ready", *ports, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    new_event_loop().run_until_complete(relay(int(sys.argv[1]), sys.argv[2]))
