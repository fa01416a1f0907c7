"""What a core object asks the outside to do on the wire, and the names of both ends."""

from __future__ import annotations

from typing import NamedTuple

from sipdomain.values import lean_value


class Address(NamedTuple):
    """An IP address and a port.

    Attributes:
        host: An IPv4 or IPv6 address in text, without brackets.
        port: 0 to 65535.
    """

    host: str
    port: int

    @classmethod
    def read(cls, text: str) -> Address:
        """Return the address that `str` wrote as HOST:PORT; port 0 where there is none that can be read."""
        host, _, port = text.rpartition(":")
        return cls(host.strip("[]"), int(port) if port.isdecimal() else 0)

    def __str__(self) -> str:
        """Return HOST:PORT, with brackets round an IPv6 address."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Flow(NamedTuple):
    """The path a message came by, and by which an answer can go back (RFC 5626 section 1).

    Attributes:
        transport: "udp", "tcp" or "tls".
        local: Our end.
        remote: The other end.
        connection: Which TCP or TLS connection; 0 for UDP, and for a connection still to be opened.
    """

    transport: str
    local: Address
    remote: Address
    connection: int = 0

    @property
    def reliable(self) -> bool:
        """Whether the transport retransmits by itself."""
        return self.transport != "udp"

    def is_on(self, connection: Flow) -> bool:
        """Whether it goes by a connection, given by its own flow; one still to be opened does when its peer is the same."""
        if self.transport != connection.transport or not connection.connection:
            return False
        if self.connection:
            return (self.connection, self.local) == (connection.connection, connection.local)
        return self.remote == connection.remote


@lean_value
class Send:
    """Send these bytes along a flow.

    Attributes:
        flow: The way to take.
        data: A whole SIP message.
    """

    flow: Flow
    data: bytes
