"""The edge between a phone and the host that runs its call: the route set that a PBX must keep to.

The live service puts two Record-Routes of the edge above the caller's own, and a private address into Contact that is
reached by these routes alone; a PBX that sends its ACK straight to the Contact is not heard (error 32022).
Source: traces of the live service, 2025, and https://www.twilio.com/docs/api/errors/32022.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.address import NameAddress
from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Address, Flow

_PRIVATE: Final = "192.0.2.1"
"""Stands for the service's private addresses: it is nobody's (RFC 5737), so that nobody is ever sent anything."""
_PRIVATE_LOOPBACK: Final = "127.255.255.254"
_PRIVATE_IPV6: Final = "2001:db8::1"
STRAIGHT: Final = (
    "send ACK and BYE by the Record-Routes of the 200, in Route header fields, with its Contact as Request-URI "
    "(RFC 3261 section 12.2.1.1)"
)
"""What to change at a PBX that does not."""
WENT_STRAIGHT: Final = "not-by-the-route-set"
"""The reason that is noted, once in a call."""


@dataclass(frozen=True, slots=True)
class EdgeRoute:
    """What stands in the messages of one dialog.

    Attributes:
        record_routes: Header fields, to go above those of the peer.
        contact: The header field with the address behind the edge.
        edge: The host and port in the routes.
    """

    record_routes: tuple[tuple[str, str], ...]
    contact: tuple[str, str]
    edge: str

    def passed_by(self, request: Request) -> bool:
        """Whether a request within the dialog came by the routes."""
        try:
            return any(
                NameAddress.parse(value).uri.host_port == self.edge for value in request.headers.list("route")
            )
        except RemoteProtocolError:
            return False


@lru_cache(maxsize=1024)
def edge_route(flow: Flow, host: str) -> EdgeRoute:
    """Return the route set for a dialog.

    Args:
        flow: How the peer is reached.
        host: What it knows the edge by: an address, or a name.
    """
    edge = str(Address(host, flow.local.port))
    outer = "" if flow.transport == "udp" else f";transport={flow.transport}"
    behind = f"lr;r2=on;twnat=sip:{flow.remote}"
    return EdgeRoute(
        record_routes=(
            ("Record-Route", f"<sip:{edge};{behind}>"),
            ("Record-Route", f"<sip:{edge}{outer};{behind}>"),
        ),
        contact=("Contact", f"<sip:{Address(_private(flow.local.host), 5060)}>"),
        edge=edge,
    )


def _private(local: str) -> str:
    if ":" in local:
        return _PRIVATE_IPV6
    return _PRIVATE_LOOPBACK if local.startswith("127.") else _PRIVATE
