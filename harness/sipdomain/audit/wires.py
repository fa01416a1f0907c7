"""Ways to a target: UDP, TCP and TLS, each a socket that sends a message and waits for the next one."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal, Protocol

from sipdomain.errors import SetupError
from sipdomain.sip.outputs import Address

Transport = Literal["UDP", "TCP", "TLS"]
CONNECT: Final = 3.0
"""How long a connection may take to open, in seconds."""
LARGEST: Final = 65_535
_MOST_HELD: Final = 1_048_576
_LENGTH: Final = re.compile(rb"^(?:content-length|l)[ \t]*:[ \t]*(\d{1,7})", re.IGNORECASE | re.MULTILINE)


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
        self._held = b""

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
        while (message := self._taken()) is None:
            left = until - time.perf_counter()
            if left <= 0 or len(self._held) > _MOST_HELD:
                return None
            self._socket.settimeout(left)
            try:
                data = self._socket.recv(LARGEST)
            except OSError:
                return None
            if not data:
                return None
            self._held += data
        return message

    def _taken(self) -> bytes | None:
        self._held = self._held.lstrip(b"\r\n")
        head, empty, rest = self._held.partition(b"\r\n\r\n")
        if not empty:
            return None
        found = _LENGTH.search(head)
        length = int(found[1]) if found else 0
        if len(rest) < length:
            return None
        self._held = rest[length:]
        return head + empty + rest[:length]


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
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        if transport == "UDP":
            with socket.socket(family, socket.SOCK_DGRAM) as udp:
                if source:
                    udp.bind((source, 0))
                udp.connect((address.host, address.port))
                yield Datagrams(udp)
            return
        opened = socket.create_connection((address.host, address.port), CONNECT)
    except OSError as error:
        raise SetupError(f"no way to {address}: {error.strerror or error}") from error
    with opened:
        if transport == "TCP":
            yield Stream(opened, "TCP")
            return
        try:
            secured = anyone().wrap_socket(opened)
        except OSError as error:
            raise SetupError(f"no TLS with {address}: {getattr(error, 'reason', None) or error}") from error
        with secured:
            yield Stream(secured, "TLS")


def anyone() -> ssl.SSLContext:
    """Return a context that takes any certificate: whom it speaks with is the target, whatever that shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
