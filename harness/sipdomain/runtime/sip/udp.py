"""SIP over UDP: one socket, read until it is empty, written at once."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from functools import lru_cache

from sipdomain.errors import SetupError
from sipdomain.sip.outputs import Address, Flow

_READING = 0.004
"""How long datagrams are read before they are worked on, in seconds. Reading takes 2 µs each, sending 3 µs: read for
twice as long as `fair_queue.SLICE`, what one sender sends at its fastest seldom fills the buffer, which all share."""
_BUFFER = 4 * 1024 * 1024


class UdpEndpoint:
    """A bound UDP socket on an event loop.

    Attributes:
        address: What it is bound to.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        bind: Address,
        receive: Callable[[bytes, Flow], object],
        *,
        then: Callable[[], None] | None = None,
    ) -> None:
        """Bind.

        Args:
            loop: The event loop.
            bind: Address and port; port 0 picks one.
            receive: Called with each datagram and its flow.
            then: Called when all that has arrived was read.

        Raises:
            SetupError: The address cannot be bound.
        """
        family = socket.AF_INET6 if ":" in bind.host else socket.AF_INET
        try:
            self._socket = socket.socket(family, socket.SOCK_DGRAM)
        except OSError as error:
            raise SetupError(f"cannot listen on udp {bind}: {error.strerror}") from error
        self._socket.settimeout(0)
        if family == socket.AF_INET6:
            # Each family has its own listener: an IPv4 address never comes in IPv6's clothes.
            self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        try:
            self._socket.bind((bind.host, bind.port))
        except OSError as error:
            self._socket.close()
            raise SetupError(f"cannot listen on udp {bind}: {error.strerror}") from error
        self.address = Address(*self._socket.getsockname()[:2])
        self._loop = loop
        self._receive = receive
        self._then = then
        self._wild = self.address.host in {"0.0.0.0", "::"}  # noqa: S104 - only asked for by an explicit flag
        loop.add_reader(self._socket.fileno(), self._read)

    def _read(self) -> None:
        until = self._loop.time() + _READING
        while self._loop.time() < until:
            try:
                data, source = self._socket.recvfrom(65_536)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                # An ICMP error of an earlier datagram; timers find out what became of it.
                continue
            remote = Address(source[0], source[1])
            self._receive(data, Flow("udp", self._local(remote), remote))
        if self._then is not None:
            self._then()

    def _local(self, remote: Address) -> Address:
        return Address(own_address(remote.host), self.address.port) if self._wild else self.address

    def send(self, flow: Flow, data: bytes) -> None:
        """Send a datagram; one that cannot leave is lost, as datagrams are."""
        try:
            self._socket.sendto(data, flow.remote)
        except OSError:
            return

    def close(self) -> None:
        """Close the socket."""
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()


@lru_cache(maxsize=1024)
def own_address(remote: str) -> str:
    """Return the local address that the system would use towards a remote one; the loopback one if it has none."""
    family, loopback = (socket.AF_INET6, "::1") if ":" in remote else (socket.AF_INET, "127.0.0.1")
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((remote, 9))
        except OSError:
            return loopback
        return str(probe.getsockname()[0])
