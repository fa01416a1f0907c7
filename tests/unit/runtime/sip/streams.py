"""SIP over TCP on loopback, played by coroutines."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from sipdomain.runtime.sip.connection import StreamLimits
from sipdomain.runtime.sip.network import LiveNetwork
from sipdomain.sip.outputs import Address, Flow
from tests.own_time import run
from tests.patience import PATIENCE

SMALL = b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n"
LARGE = b"MESSAGE sip:a SIP/2.0\r\nContent-Length: 40000\r\n\r\n" + b"x" * 40_000
LIMITS = StreamLimits(
    connections=8, connections_of_one=4, unsent=64 * 1024, message=0.3, idle=30.0, half_closed=0.3
)


class Bench:
    """A network that keeps what it receives."""

    def __init__(self) -> None:
        self.received: list[tuple[bytes, Flow]] = []
        self.failed: list[Flow] = []
        self.complaints: list[str] = []
        self.needed = False
        self.network: LiveNetwork
        self._writers: list[asyncio.StreamWriter] = []

    async def open(self, bind: Address, limits: StreamLimits) -> None:
        self.network = await LiveNetwork.open(
            bind,
            receive=lambda data, flow: self.received.append((data, flow)),
            failed=self.failed.append,
            complain=lambda _, text: self.complaints.append(text),
            limits=limits,
            in_use=lambda flow: self.needed and flow.connection == 1,
        )

    async def connect(self, local: str = "127.0.0.1") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        ours = "::1" if ":" in self.network.address.host else local
        reader, writer = await asyncio.open_connection(*self.network.address, local_addr=(ours, 0))
        self._writers.append(writer)
        return reader, writer

    async def close(self) -> None:
        await self.network.close()
        for writer in self._writers:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


Test = Callable[[Bench], Awaitable[None]]


def play(test: Test, *, limits: StreamLimits = LIMITS, host: str = "127.0.0.1") -> Bench:
    async def whole() -> Bench:
        bench = Bench()
        await bench.open(Address(host, 0), limits)
        try:
            async with asyncio.timeout(PATIENCE):
                await test(bench)
        finally:
            await bench.close()
        return bench

    return run(whole)


async def ended(reader: asyncio.StreamReader) -> bytes:
    """Return all that still comes until the other end is gone."""
    async with asyncio.timeout(PATIENCE):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""
