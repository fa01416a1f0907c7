"""A PBX that finds the domain by DNS: what is seen of the phone that is built in, as if it had called edges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from sipdomain.qa.seen import Dialog, Found, Seen
from sipdomain.qa.wire import Wire
from sipdomain.runtime.worlds.edges import Question
from sipdomain.sip.codec import parse
from sipdomain.sip.outputs import Address
from tests.unit.qa.played import changed, right

DNS = Address("127.0.0.1", 5353)
ASHBURN, UMATILLA = Address("127.0.1.1", 5060), Address("127.0.1.2", 5060)
DOMAIN = "demo.sip.twilio.com"


def asked(*kinds: str, service: str = "_sip._udp") -> tuple[Question, ...]:
    """Return a question of each type about the domain."""
    return tuple(Question(0.0, f"{service}.{DOMAIN}" if kind == "SRV" else DOMAIN, kind) for kind in kinds)


FOUND = Found(DNS, asked("NAPTR", "SRV", "A"), {ASHBURN: "ashburn", UMATILLA: "umatilla"})


def by_way_of(dialog: Dialog, edge: Address, *, later: float = 0.0, name: str = "") -> Dialog:
    """Return a call as if it had gone to an edge, some seconds later, as another call where it has a name."""

    def moved(wire: Wire) -> Wire:
        data = wire.data.replace(dialog.call_id.encode(), name.encode()) if name else wire.data
        data = data.replace(b"branch=z9hG4bK", f"branch=z9hG4bK{name}".encode())
        ends = {"target": edge} if wire.by == "pbx" else {"source": edge}
        return replace(wire, at=wire.at + later, data=data, message=parse(data), **ends)  # type: ignore[arg-type]

    return Dialog(name or dialog.call_id, [moved(each) for each in dialog.wires])


def call(edge: Address, *, later: float = 0.0, name: str = "") -> Dialog:
    """Return a call that is answered."""
    return by_way_of(right()["call"].calls[0], edge, later=later, name=name)


def unavailable(edge: Address) -> Dialog:
    """Return a call whose first INVITE gets 503."""
    found = next(
        call
        for call in right()["refusals"].calls
        if any(each.status == 503 for each in call.responses("INVITE"))
    )
    _, refused = found.invites
    own = [each for each in found.wires if each.cseq == refused.cseq or each.cseq == (refused.cseq[0], "ACK")]
    first = right()["call"].calls[0].invites[0].at
    return by_way_of(Dialog(found.call_id, own), edge, later=first - own[0].at, name="unavailable")


def unheard(edge: Address) -> Dialog:
    """Return a call whose INVITE is sent, and gets nothing."""
    whole = call(edge, name="unheard")
    return Dialog(whole.call_id, whole.wires[:1])


def seen(*dialogs: Dialog, found: Found = FOUND, **marks: float) -> Seen:
    """Return calls as what was seen, with moments counted from the beginning of the call."""
    at = right()["call"].calls[0].invites[0].at
    moments = {name: at + seconds for name, seconds in marks.items()}
    return replace(right()["call"], dialogs=dialogs, packets=(), marks=moments, found=found)


def with_credentials_to(edge: Address) -> Callable[[Wire], Wire]:
    """Return what sends an INVITE that has credentials to an edge."""
    return lambda wire: (
        replace(wire, target=edge)
        if wire.by == "pbx" and wire.method == "INVITE" and wire.header("proxy-authorization")
        else wire
    )


TCP = replace(FOUND, questions=asked("SRV", service="_sip._tcp"))


@lru_cache(maxsize=1)
def named() -> dict[str, Seen]:
    """Return what is seen in each situation of a PBX that does as it should."""
    return {
        "dns-turns": seen(call(ASHBURN)),
        "by-name": seen(call(UMATILLA), call(ASHBURN, later=16.0, name="again"), turned=8.0, again=15.0),
        "edge-refuses": seen(call(UMATILLA), found=TCP),
        "edge-unavailable": seen(
            unavailable(ASHBURN),
            call(UMATILLA, later=0.1),
            call(UMATILLA, later=12.0, name="again"),
            again=10.0,
        ),
        "edge-silent": seen(unheard(ASHBURN), call(UMATILLA, later=32.0)),
    }


WRONG_BY_NAME: dict[str, Callable[[Seen], Seen]] = {
    "srv-records": lambda _: seen(call(ASHBURN)),
    "dns-ttl": lambda _: seen(
        call(UMATILLA), call(UMATILLA, later=16.0, name="again"), turned=8.0, again=15.0
    ),
    "next-edge-refused": lambda _: seen(found=TCP),
    "next-edge-silent": lambda _: seen(unheard(ASHBURN)),
    "next-edge-unavailable": lambda _: seen(unavailable(ASHBURN)),
    "retry-after": lambda _: seen(
        unavailable(ASHBURN), call(UMATILLA, later=0.1), call(ASHBURN, later=12.0, name="again"), again=10.0
    ),
    "same-edge": lambda right: changed(right, with_credentials_to(UMATILLA)),
}
"""By check: a PBX that does this one thing wrong."""
