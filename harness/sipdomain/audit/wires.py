"""Ways to a target: UDP, TCP and TLS, each a socket that sends a message and waits for the next one."""

from __future__ import annotations

import socket
import ssl
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal, Protocol

from sipdomain.errors import RemoteProtocolError, SetupError
from sipdomain.sip.framing import StreamFramer
from sipdomain.sip.outputs import Address

Transport = Literal["UDP", "TCP", "TLS"]
CONNECT: Final = 3.0
"""How long a connection may take to open, in seconds."""
LARGEST: Final = 65_535


class Wire(Protocol):
    """One way to a target.

    Attributes:
        transport: As in Via.
        host: Of our end.
        port: Of our end.
    """

    transport: Transport
    host: str
    port: int

    def send(self, data: bytes) -> None:
        """Send a message; what cannot be sent is lost, as on a network."""

    def receive(self, seconds: float) -> bytes | None:
        """Return the next message; None when none comes within these seconds, or none will."""


class Datagrams:
    """UDP, connected to the target."""

    transport: Transport = "UDP"

    def __init__(self, udp: socket.socket) -> None:
        self._socket = udp
        self.host, self.port = udp.getsockname()[:2]

    def send(self, data: bytes) -> None:
        """Send a datagram."""
        try:
            self._socket.send(data)
        except OSError:
            # What was refused comes back here, as an error of the next datagram (ICMP): nobody answers then.
            return

    def receive(self, seconds: float) -> bytes | None:
        """Return the next datagram."""
        self._socket.settimeout(seconds)
        try:
            return self._socket.recv(LARGEST)
        except OSError:
            return None


class Stream:
    """TCP or TLS; messages are told apart by Content-Length (RFC 3261 section 18.3)."""

    def __init__(self, tcp: socket.socket, transport: Transport) -> None:
        self._socket, self.transport = tcp, transport
        self.host, self.port = tcp.getsockname()[:2]
        self._framer = StreamFramer()
        self._whole: deque[bytes] = deque()

    def send(self, data: bytes) -> None:
        """Send a message."""
        self._socket.settimeout(CONNECT)
        try:
            self._socket.sendall(data)
        except OSError:
            return

    def receive(self, seconds: float) -> bytes | None:
        """Return the next message."""
        until = time.perf_counter() + seconds
        while not self._whole:
            left = until - time.perf_counter()
            if left <= 0:
                return None
            self._socket.settimeout(left)
            try:
                data = self._socket.recv(LARGEST)
                self._whole += self._framer.feed(data)
            except (OSError, RemoteProtocolError):
                return None
            if not data:
                return None
        return self._whole.popleft()


def family_of(host: str) -> socket.AddressFamily:
    """Return the family of an IP address."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def udp_at(host: str) -> socket.socket:
    """Return a socket of UDP at a free port of an address."""
    udp = socket.socket(family_of(host), socket.SOCK_DGRAM)
    try:
        udp.bind((host, 0))
    except OSError:
        udp.close()
        raise
    return udp


@contextmanager
def wired(address: Address, transport: Transport = "UDP", *, source: str = "") -> Iterator[Wire]:
    """Open a way to an address.

    Args:
        address: Of the target.
        transport: By which.
        source: From which address of this machine, or "" for any. UDP only.

    Raises:
        SetupError: There is no way to it.
    """
    try:
        opened = _connected(address, transport, source)
    except OSError as error:
        raise SetupError(f"no way to {address}: {error.strerror or error}") from error
    with opened:
        if transport == "UDP":
            yield Datagrams(opened)
            return
        if transport == "TCP":
            yield Stream(opened, "TCP")
            return
        try:
            secured = anyone().wrap_socket(opened)
        except OSError as error:
            raise SetupError(f"no TLS with {address}: {getattr(error, 'reason', None) or error}") from error
        with secured:
            yield Stream(secured, "TLS")


def _connected(address: Address, transport: Transport, source: str) -> socket.socket:
    if transport != "UDP":
        return socket.create_connection(address, CONNECT)
    udp = udp_at(source) if source else socket.socket(family_of(address.host), socket.SOCK_DGRAM)
    try:
        udp.connect(address)
    except OSError:
        udp.close()
        raise
    return udp


def anyone() -> ssl.SSLContext:
    """Return a context that takes any certificate: whom it speaks with is the target, whatever that shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
