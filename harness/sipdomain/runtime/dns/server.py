"""A DNS server for the emulator's own names: UDP and TCP on one port, so that phones find it without a proxy."""

from __future__ import annotations

import asyncio
from typing import Final, cast

from sipdomain.errors import SetupError
from sipdomain.runtime.dns.message import reply
from sipdomain.runtime.sip.fair_queue import FairQueue
from sipdomain.runtime.sip.udp import UdpEndpoint
from sipdomain.sip.outputs import Address, Flow
from sipdomain.sip.sources import source_of
from sipdomain.twilio.names.dns_zone import Zone

MOST_CONNECTIONS: Final = 64
"""Past this many TCP connections the next one is closed."""
MOST_OF_ONE: Final = 16
"""Past this many TCP connections of one source its next one is closed."""
MOST_WAITING: Final = 64 * 1024
"""Bytes of queries that may wait from one source; further ones are lost."""
MOST_WAITING_IN_ALL: Final = 1024 * 1024
"""Bytes of queries that may wait from all sources; further ones are lost."""
MOST_QUERY: Final = 4096
"""A longer message is dropped; over TCP its connection is closed."""
MOST_UNREAD: Final = 64 * 1024
"""A peer that lets this many bytes of responses wait is cut off."""
IDLE_TIMEOUT: Final = 10.0
"""How long a TCP connection may go without a whole query, in seconds (RFC 7766 section 6.2.3)."""
_TRIES = 20


class DnsServer:
    """Answers from one zone.

    Attributes:
        address: Where it listens; the same port for UDP and TCP.
    """

    def __init__(self, zone: Zone) -> None:
        """Make a server that answers from `zone`; `open` binds it."""
        self._zone = zone
        self._udp: UdpEndpoint | None = None
        self._queue: FairQueue | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()
        self.address = Address("", 0)

    async def open(self, bind: Address) -> None:
        """Listen on an address; port 0 picks one that is free for both UDP and TCP.

        Raises:
            SetupError: The address cannot be bound.
        """
        # Now, so that the first question does not wait for it.
        import dnslib  # noqa: F401 - it fails here if it is missing

        loop = asyncio.get_running_loop()
        # Read at once, and answered in turns: a flood of queries neither holds up audio nor keeps others waiting.
        queue = self._queue = FairQueue(
            loop, self._datagram, lambda *_: None, most_of_one=MOST_WAITING, most=MOST_WAITING_IN_ALL
        )
        for attempt in range(_TRIES):
            udp = UdpEndpoint(loop, bind, queue.put, then=queue.run)
            try:
                self._server = await loop.create_server(
                    lambda: _Connection(self._zone, self._connections), udp.address.host, udp.address.port
                )
            except OSError as error:
                udp.close()
                if bind.port or attempt == _TRIES - 1:
                    raise SetupError(f"cannot listen on tcp {bind}: {error.strerror}") from error
            else:
                self._udp, self.address = udp, udp.address
                return

    def _datagram(self, data: bytes, flow: Flow) -> None:
        if len(data) > MOST_QUERY or self._udp is None:
            return
        response = reply(self._zone, data, reached=flow.local.host, udp=True)
        if response is not None:
            self._udp.send(flow, response)

    async def close(self) -> None:
        """Close everything."""
        if self._udp is not None:
            self._udp.close()
        if self._queue is not None:
            self._queue.close()
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.abort()
        await asyncio.sleep(0)


class _Connection(asyncio.Protocol):
    """One TCP connection: messages with their length before them (RFC 1035 section 4.2.2)."""

    def __init__(self, zone: Zone, others: set[_Connection]) -> None:
        self._zone = zone
        self._others = others
        self._buffer = b""
        self._reached = ""
        self.source = ""
        self._answering: asyncio.Handle | None = None
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are not of asyncio's class, but behave as it.
        self._transport = cast("asyncio.Transport", transport)
        self.source = source_of(str(transport.get_extra_info("peername")[0]))
        own = sum(each.source == self.source for each in self._others)
        if len(self._others) >= MOST_CONNECTIONS or own >= MOST_OF_ONE:
            self._transport.abort()
            return
        self._others.add(self)
        self._reached = str(transport.get_extra_info("sockname")[0])
        self._arm()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._answering is None:
            self._next()

    def _next(self) -> None:
        """Answer a query; the next one of the same connection has its turn after all else that waits."""
        self._answering = None
        buffer = self._buffer
        if len(buffer) < 2 or self._transport is None:
            return
        length = int.from_bytes(buffer[:2])
        if length > MOST_QUERY:
            self.abort()
            return
        if len(buffer) < 2 + length:
            self._transport.resume_reading()
            return
        self._buffer = buffer[2 + length :]
        self._answer(buffer[2 : 2 + length])
        self._arm()
        if len(self._buffer) >= 2 and not self._transport.is_closing():
            # What has come is answered before more is read.
            self._transport.pause_reading()
            self._answering = asyncio.get_running_loop().call_soon(self._next)
        elif not self._transport.is_closing():
            self._transport.resume_reading()

    def _answer(self, query: bytes) -> None:
        response = reply(self._zone, query, reached=self._reached, udp=False)
        if response is None or self._transport is None:
            self.abort()
            return
        if not self._transport.is_closing():
            self._transport.write(len(response).to_bytes(2) + response)
            if self._transport.get_write_buffer_size() > MOST_UNREAD:
                self.abort()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(IDLE_TIMEOUT, self.abort)

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        for handle in (self._timer, self._answering):
            if handle is not None:
                handle.cancel()
        self._transport = None
        self._others.discard(self)
