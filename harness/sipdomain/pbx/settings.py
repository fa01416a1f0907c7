"""What a configuration of a PBX is filled with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sipdomain.sip.outputs import Address

PLACEHOLDER: Final = "YOUR-PASSWORD"
"""Stands where the password belongs, when that is not known."""

Transport = Literal["udp", "tcp", "tls"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a configuration of a PBX is filled with.

    Attributes:
        domain: The whole name of the SIP domain.
        user: The user of its credential list.
        password: That user's password, or the placeholder.
        edge: Where the PBX sends to: an IPv4 address or a name, and a port.
        listen: Where the PBX listens; over TLS a proxy has the next port too.
        transport: What carries SIP.
        srtp: Whether the audio is encrypted, as a secure domain wants it.
        authority: The file with the certificates of whom the PBX trusts, in PEM.
    """

    domain: str
    user: str
    password: str
    edge: Address
    listen: Address
    transport: Transport = "udp"
    srtp: bool = False
    authority: str = ""

    def values(self) -> Mapping[str, str]:
        """Return what stands in the place of each name in a template."""
        return {
            "domain": self.domain,
            "user": self.user,
            "password": self.password,
            "edge": str(self.edge),
            "edge_host": self.edge.host,
            "edge_port": str(self.edge.port),
            "listen": str(self.listen),
            "listen_host": self.listen.host,
            "listen_port": str(self.listen.port),
            "listen_tls": str(Address(self.listen.host, self.listen.port + 1)),
            "transport": self.transport,
            "sipp_mode": "t1" if self.transport == "tcp" else "u1",
            "ca": self.authority,
        }

    def conditions(self) -> frozenset[str]:
        """Return the conditions that hold: lines of a template may be for one only."""
        return frozenset({self.transport, "srtp" if self.srtp else "rtp"})
