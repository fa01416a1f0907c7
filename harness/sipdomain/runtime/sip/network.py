"""Real sockets for one core: UDP and TCP on the same port, TLS on another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from sipdomain.errors import SetupError
from sipdomain.faults import Act, Transport
from sipdomain.runtime.sip.connection import StreamLimits
from sipdomain.runtime.sip.fair_queue import FairQueue
from sipdomain.runtime.sip.tcp import TcpTransport, Way
from sipdomain.runtime.sip.udp import UdpEndpoint
from sipdomain.runtime.tls.contexts import Tls
from sipdomain.sip.outputs import Address, Flow

_TRIES = 20


class LiveNetwork:
    """What a core sends and receives by.

    Attributes:
        address: Where it listens; the same port for UDP and TCP.
        tls_address: Where it listens for TLS, or None.
    """

    def __init__(
        self, queue: FairQueue, udp: UdpEndpoint, tcp: TcpTransport, tls: TcpTransport | None
    ) -> None:
        self._queue = queue
        self._udp = udp
        self._tcp = tcp
        self._tls = tls
        self.address = udp.address
        self.tls_address: Address | None = None

    @classmethod
    async def open(
        cls,
        bind: Address,
        *,
        receive: Callable[[bytes, Flow], None],
        failed: Callable[[Flow], None],
        complain: Callable[[Flow, str], None],
        listen_tcp: bool = True,
        tls: Tls | None = None,
        listen_tls: Address | None = None,
        limits: StreamLimits | None = None,
        in_use: Callable[[Flow], bool] = lambda _: False,
    ) -> LiveNetwork:
        """Bind UDP, TCP on the same port, and TLS.

        Args:
            bind: Address and port; port 0 picks one that is free for both.
            receive: Called with each message and its flow.
            failed: Called with a flow that broke.
            complain: Called with what was wrong with a peer.
            listen_tcp: Whether to accept connections; else TCP only connects.
            tls: How TLS is set up, or None for no TLS.
            listen_tls: Where to accept TLS connections; None to only open them.
            limits: What connections may cost, TCP and TLS each.
            in_use: Returns whether a connection is needed though nothing comes by it.

        Raises:
            SetupError: An address cannot be bound; nothing stays open.
        """
        loop = asyncio.get_running_loop()
        queue = FairQueue(loop, receive, complain)

        def make_tcp() -> TcpTransport:
            return TcpTransport(loop, queue, failed, complain, limits=limits, in_use=in_use)

        udp, tcp = _pair(loop, bind, queue, make_tcp, listen_tcp=listen_tcp)
        if tls is None:
            return cls(queue, udp, tcp, None)
        secure = TcpTransport(loop, queue, failed, complain, tls=tls, limits=limits, in_use=in_use)
        network = cls(queue, udp, tcp, secure)
        if listen_tls is None:
            secure.name_local(udp.address)
            return network
        try:
            secure.listen(listen_tls)
        except SetupError:
            await network.close()
            raise
        network.tls_address = secure.address
        return network

    def send(self, flow: Flow, data: bytes) -> None:
        """Send a message along a flow."""
        if flow.transport == "udp":
            self._udp.send(flow, data)
        elif flow.transport == "tls" and self._tls is not None:
            self._tls.send(flow, data)
        else:
            self._tcp.send(flow, data)

    def end(self, flow: Flow, act: Act) -> None:
        """End a connection on purpose."""
        transport = self._tls if flow.transport == "tls" else self._tcp
        if flow.reliable and transport is not None:
            transport.end(flow, act)

    def refuse_by(self, refuses: Callable[[Transport, Way], bool]) -> None:
        """Ask whether a connection is refused on purpose, by its transport, and by how it came about."""
        self._tcp.refuses = partial(refuses, "tcp")
        if self._tls is not None:
            self._tls.refuses = partial(refuses, "tls")

    async def close(self) -> None:
        """Close the sockets."""
        self._udp.close()
        await self._tcp.close()
        if self._tls is not None:
            await self._tls.close()
        self._queue.close()


def _pair(
    loop: asyncio.AbstractEventLoop,
    bind: Address,
    queue: FairQueue,
    make_tcp: Callable[[], TcpTransport],
    *,
    listen_tcp: bool,
) -> tuple[UdpEndpoint, TcpTransport]:
    """Bind UDP and TCP on one port.

    Raises:
        SetupError: The address cannot be bound, or no port is free for both.
    """
    for attempt in range(_TRIES):
        udp = UdpEndpoint(loop, bind, queue.put, then=queue.run)
        tcp = make_tcp()
        if not listen_tcp:
            tcp.name_local(udp.address)
            return udp, tcp
        try:
            tcp.listen(udp.address)
        except SetupError:
            udp.close()
            if bind.port or attempt == _TRIES - 1:
                raise
        else:
            return udp, tcp
    raise SetupError(f"no port on {bind.host} is free for both udp and tcp")
