"""Real sockets for one core: UDP and TCP on the same port."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from harness.errors import SetupError
from harness.runtime.tcp import TcpTransport
from harness.runtime.udp import UdpEndpoint
from harness.sip.outputs import Address, Flow

_TRIES = 20


class LiveNetwork:
    """What a core sends and receives by.

    Attributes:
        address: Where it listens; the same port for UDP and TCP.
    """

    def __init__(self, udp: UdpEndpoint, tcp: TcpTransport) -> None:
        self._udp = udp
        self._tcp = tcp
        self.address = udp.address

    @classmethod
    async def open(
        cls,
        bind: Address,
        *,
        receive: Callable[[bytes, Flow], None],
        failed: Callable[[Flow], None],
        complain: Callable[[Flow, str], None],
        listen_tcp: bool = True,
    ) -> LiveNetwork:
        """Bind UDP, and TCP on the same port.

        Args:
            bind: Address and port; port 0 picks one that is free for both.
            receive: Called with each message and its flow.
            failed: Called with a flow that broke.
            complain: Called with what was wrong with a peer.
            listen_tcp: Whether to accept connections; else TCP only connects.

        Raises:
            SetupError: The address cannot be bound.
        """
        loop = asyncio.get_running_loop()
        for attempt in range(_TRIES):
            udp = UdpEndpoint(loop, bind, receive)
            tcp = TcpTransport(loop, receive, failed, complain)
            if not listen_tcp:
                tcp.name_local(udp.address)
                return cls(udp, tcp)
            try:
                await tcp.listen(udp.address)
            except SetupError:
                udp.close()
                if bind.port or attempt == _TRIES - 1:
                    raise
            else:
                return cls(udp, tcp)
        raise SetupError(f"no port on {bind.host} is free for both udp and tcp")

    def send(self, flow: Flow, data: bytes) -> None:
        """Send a message along a flow."""
        if flow.transport == "udp":
            self._udp.send(flow, data)
        else:
            self._tcp.send(flow, data)

    async def close(self) -> None:
        """Let go of the sockets."""
        self._udp.close()
        await self._tcp.close()
