"""What the names of domains, edges and outbound proxies resolve to: a question in, records out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, Literal

from sipdomain.twilio.names.domain_names import localized, split_edge
from sipdomain.twilio.names.edges import EDGE_NAMES

TTL: Final = 5
"""How long an answer may be kept, in seconds: listeners come and go."""
NEGATIVE_TTL: Final = 1
"""How long the news that there is nothing may be kept, in seconds: a domain may be made at any moment."""
WILDCARDS: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not listened on


@dataclass(frozen=True, slots=True)
class Listener:
    """Where SIP is taken.

    Attributes:
        host: An IP address; a wildcard stands for the address that a question reached.
        port: The port of UDP and TCP.
        tls_port: The port of TLS at the same address, or None.
    """

    host: str
    port: int
    tls_port: int | None = None


@dataclass(frozen=True, slots=True)
class AddressRecord:
    """A or AAAA (RFC 1035 section 3.4.1, RFC 3596)."""

    name: str
    address: IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """SRV (RFC 2782): the lowest priority is tried first."""

    name: str
    priority: int
    port: int
    target: str
    weight: int = 10


@dataclass(frozen=True, slots=True)
class PointerRecord:
    """NAPTR (RFC 3403) as SIP uses it (RFC 3263 section 4.1): flag "s", a service, the name of its SRV records."""

    name: str
    preference: int
    service: str
    replacement: str
    order: int = 10


@dataclass(frozen=True, slots=True)
class NameServerRecord:
    """NS: the zone is served under its own name."""

    name: str


@dataclass(frozen=True, slots=True)
class AuthorityRecord:
    """SOA (RFC 1035 section 3.3.13), which also says how long a negative answer may be kept (RFC 2308)."""

    name: str


Record = AddressRecord | ServiceRecord | PointerRecord | NameServerRecord | AuthorityRecord
Status = Literal["NOERROR", "NXDOMAIN", "REFUSED"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question is answered with.

    Attributes:
        status: The response code.
        records: The answer proper; nothing with NOERROR says that the name has no records of that type.
        additional: The addresses of names in `records`.
        authority: The zone's SOA when there is no record, else None.
    """

    status: Status
    records: tuple[Record, ...] = ()
    additional: tuple[AddressRecord, ...] = ()
    authority: AuthorityRecord | None = None


_SERVICES: Final = (("SIP+D2U", "_sip._udp"), ("SIP+D2T", "_sip._tcp"), ("SIPS+D2T", "_sips._tcp"))
"""RFC 3263 section 4.1; the order is our preference."""
_BRANCHES: Final = frozenset({"_udp", "_tcp"})


class Zone:
    """The names below a suffix and its localized forms; all other names are refused.

    A domain resolves when it exists; so do the proxies, which are the suffix and its localized forms. A name with
    an edge leads to that edge's own listener where there is one, else to the main one. A name without an edge leads
    to the first edge that has its own, and its SRV records go on, with falling priority, to the others, and last to
    the main listener while there is an edge without its own; where no edge has its own, to the main listener alone.

    Attributes:
        ttl: How long an answer may be kept, in seconds.
        leads: Asked with each question about a name without an edge, as a client asks it, and its type, for the edges that
            it leads to, in this order, each under its own name; None for all of them.
    """

    def __init__(self, suffix: str, exists: Callable[[str], bool], listeners: Mapping[str, Listener]) -> None:
        """Answer for a suffix.

        Args:
            suffix: What every domain name ends with.
            exists: Whether there is a domain of that canonical name.
            listeners: By the edge's name, and the main one under "". It is read with each question.
        """
        self._suffix = suffix
        self._exists = exists
        self._listeners = listeners
        self.ttl = TTL
        self.leads: Callable[[str, str], Sequence[str]] | None = None

    def answer(self, name: str, kind: str, *, reached: str) -> Answer:
        """Answer a question.

        Args:
            name: The name in any case, without the last dot.
            kind: The type in capitals: "A", "SRV", "ANY"; one that is not known here has no records.
            reached: Our IP address that the question reached, in place of a wildcard.
        """
        canonical, edge = split_edge(name, suffix=self._suffix)
        if canonical != self._suffix and not canonical.endswith("." + self._suffix):
            return Answer("REFUSED")
        authority = AuthorityRecord(_tail(name, self._suffix.count(".") + 1 + (edge is not None)))
        prefix, host = _split_service(canonical)
        if host != self._suffix and not self._exists(host):
            return Answer("NXDOMAIN", authority=authority)
        places = self._places(edge, name, kind)
        if prefix in _BRANCHES:
            # Nothing stands here, but something below it (RFC 8020).
            return Answer("NOERROR", authority=authority)
        if prefix:
            targets = self._targets(prefix, _tail(name, name.count(".") - 1), places)
            if not targets:
                return Answer("NXDOMAIN", authority=authority)
            services = tuple(
                ServiceRecord(name, 10 * number, port, target)
                for number, (target, port, _) in enumerate(targets, 1)
            )
            addresses = tuple(_address(target, each.host, reached) for target, _, each in targets)
            return _found(kind, "SRV", services, addresses, authority)
        return self._host(name, kind, places, authority, reached, apex=host == self._suffix)

    def _host(
        self, name: str, kind: str, places: list[tuple[str, Listener]], authority: AuthorityRecord, reached: str,
        *, apex: bool,
    ) -> Answer:  # fmt: skip
        """Answer for a domain or a proxy."""
        address = _address(name, places[0][1].host, reached)
        if kind in {"A", "AAAA", "ANY"}:
            # RFC 8482: of "any" it is enough to give some.
            wanted = kind == "ANY" or address.address.version == (4 if kind == "A" else 6)
            return Answer("NOERROR", (address,)) if wanted else Answer("NOERROR", authority=authority)
        if apex and kind == "SOA":
            return Answer("NOERROR", (authority,))
        if apex and kind == "NS":
            return Answer("NOERROR", (NameServerRecord(name),), (address,))
        pointers = tuple(
            PointerRecord(name, 10 * number, service, f"{prefix}.{name}")
            for number, (service, prefix) in enumerate(_SERVICES, 1)
            if self._targets(prefix, name, places)
        )
        return _found(kind, "NAPTR", pointers, (), authority)

    def _places(self, edge: str | None, name: str, kind: str) -> list[tuple[str, Listener]]:
        """Return the edges that a name leads to, "" for where the name itself leads, in order of priority."""
        main = self._listeners[""]
        if edge is not None:
            return [("", self._listeners.get(edge, main))]
        if self.leads is not None:
            return [(each, self._listeners[each]) for each in self.leads(name, kind)]
        own = [(each, self._listeners[each]) for each in EDGE_NAMES if each in self._listeners]
        if not own:
            return [("", main)]
        # An edge without a listener of its own is a name for the main one.
        other = next((each for each in EDGE_NAMES if each not in self._listeners), None)
        return [("", own[0][1]), *own[1:], *([(other, main)] if other is not None else [])]

    def _targets(
        self, prefix: str, name: str, places: list[tuple[str, Listener]]
    ) -> list[tuple[str, int, Listener]]:
        """Return name, port and listener of each place that takes the service."""
        found = []
        for place, listener in places:
            port = listener.tls_port if prefix == "_sips._tcp" else listener.port
            if port is not None:
                left = name[: -len(self._suffix)]
                target = left + localized(self._suffix, place) if place else name
                found.append((target, port, listener))
        return found


def _split_service(name: str) -> tuple[str, str]:
    """Take "_sip._udp." or "_udp." off a name's front."""
    first, _, rest = name.partition(".")
    if first in _BRANCHES:
        return first, rest
    second, _, host = rest.partition(".")
    prefix = f"{first}.{second}"
    return (prefix, host) if any(prefix == each for _, each in _SERVICES) else ("", name)


def _found(
    kind: str, own: str, records: tuple[Record, ...], additional: tuple[AddressRecord, ...],
    authority: AuthorityRecord,
) -> Answer:  # fmt: skip
    if kind in {own, "ANY"}:
        return Answer("NOERROR", records, additional)
    return Answer("NOERROR", authority=authority)


def _address(name: str, host: str, reached: str) -> AddressRecord:
    return AddressRecord(name, ip_address(reached if host in WILDCARDS else host))


def _tail(name: str, labels: int) -> str:
    """Return the last labels of a name, as they are written."""
    return ".".join(name.split(".")[-labels:])
