"""Where requests arrive: addresses of ours, and which edge of the provider each stands for, or a name asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sipdomain.errors import RemoteProtocolError, SetupError
from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Address, Flow
from sipdomain.twilio.behaviours.behaviour import Arrival, Behaviour
from sipdomain.twilio.names.domain_names import split_edge
from sipdomain.twilio.names.edges import EDGE_NAMES, edge_name

_EVERY_HOST: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - it is compared, not bound


class Doors:
    """The addresses of one emulator.

    Attributes:
        names: By an address of ours, which edge of the provider it stands for (rule any-edge).
        addresses: Where it listens besides, as far as it was told.
    """

    __slots__ = ("_suffix", "addresses", "names")

    def __init__(self, suffix: str) -> None:
        """Know of no address.

        Args:
            suffix: What every domain name ends with.
        """
        self._suffix = suffix
        self.names: dict[Address, str] = {}
        self.addresses: set[Address] = set()

    def arrival(self, request: Request, flow: Flow) -> Arrival:
        """Return by which way a request came: by its listener's edge, else by the one that its domain's name asks for."""
        return Arrival(request, str(flow.local), self.names.get(flow.local) or _named(request, self._suffix))

    def check(self, behaviours: Iterable[Behaviour]) -> None:
        """Refuse behaviours that could never be applied, for nothing can come by their edge.

        Raises:
            SetupError: One names an edge that there is not, or an address where nobody listens.
        """
        for each in behaviours:
            wrong = complaint_of_edge(each.edge) if each.edge else ""
            if not wrong and ":" in each.edge and self.addresses and not self._listens_at(each.edge):
                known = ", ".join(sorted(map(str, {*self.addresses, *self.names})))
                wrong = f"nobody listens at {each.edge}; requests come to {known}"
            if wrong:
                raise SetupError(f"`{each.line}`: {wrong}")

    def _listens_at(self, text: str) -> bool:
        wanted = Address.read(text)
        return any(
            each.port == wanted.port and (each.host in _EVERY_HOST or each.host == wanted.host)
            for each in (*self.addresses, *self.names)
        )


def complaint_of_edge(text: str) -> str:
    """Return what is wrong with the `edge` of a behaviour, or ""."""
    if ":" in text:
        return "" if Address.read(text).port else f"`edge: {text}` has no port; write such as 127.0.0.1:5060"
    if edge_name(text) == text:
        return ""
    known = edge_name(text) or ", ".join(EDGE_NAMES)
    return f"there is no edge `{text}`; write {known}, or the HOST:PORT that requests reach"


def _named(request: Request, suffix: str) -> str:
    """Return the edge that the domain's name asks for: of the Request-URI, or within a call of To."""
    try:
        for uri in (request.uri, request.to.uri):
            edge = split_edge(uri.host, suffix=suffix)[1]
            if edge is not None:
                return edge
    except RemoteProtocolError:
        pass
    return ""
