"""`python -m tests.benchmarks.plain_relay COUNT`: a plain loop that passes datagrams on, for comparison.

It opens so many sockets of UDP, prints `ready PORT PORT …`, and sends what comes to one to who last spoke to its neighbour:
no RTP, no clock, no mixing.
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast

from sipdomain.runtime.event_loop import new_event_loop


class End(asyncio.DatagramProtocol):
    """One socket."""

    def __init__(self) -> None:
        self.other = self
        self._transport: asyncio.DatagramTransport | None = None
        self._peer: tuple[str, int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio's.
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        self._peer = address
        self.other.send(data)

    def send(self, data: bytes) -> None:
        """Send to who spoke last."""
        if self._transport is not None and self._peer is not None:
            self._transport.sendto(data, self._peer)


async def relay(count: int) -> None:
    """Open the sockets, and pass on for ever."""
    loop = asyncio.get_running_loop()
    ends, ports = [], []
    for _ in range(count):
        transport, end = await loop.create_datagram_endpoint(End, local_addr=("127.0.0.1", 0))
        ends.append(end)
        ports.append(str(transport.get_extra_info("sockname")[1]))
    for left, right in zip(ends[::2], ends[1::2], strict=True):
        left.other, right.other = right, left
    print("ready", *ports, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    new_event_loop().run_until_complete(relay(int(sys.argv[1])))
