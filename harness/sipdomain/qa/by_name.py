"""What is seen of a PBX that finds the domain by DNS: which edge it went to, and when nothing can be told of that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sipdomain.qa.mending import vendor_of
from sipdomain.qa.seen import Found, Seen, once
from sipdomain.qa.verdict import Verdict, unclear
from sipdomain.qa.wire import Wire
from sipdomain.twilio.names.edges import EDGE_NAMES

FIRST: Final = EDGE_NAMES[0]
"""The edge that DNS usually gives the best priority."""
SECOND: Final = EDGE_NAMES[1]
"""The other one."""
_RESOLV_CONF: Final = "a nameserver line in its /etc/resolv.conf, which knows no port but 53"
_SETTINGS: Final[Mapping[str, str]] = {
    "asterisk": "nameserver = HOST@PORT in resolver_unbound.conf, with res_resolver_unbound loaded",
    "freepbx": "nameserver = HOST@PORT in resolver_unbound.conf, with res_resolver_unbound loaded",
    "freeswitch": _RESOLV_CONF,
    "kamailio": _RESOLV_CONF,
    "opensips": _RESOLV_CONF,
    "baresip": "dns_server HOST:PORT in config, and no outbound in accounts",
    "pjsip": "uaConfig.nameserver (pjsua --nameserver), which asks port 53, and no proxy",
}
"""By vendor: where it is told whom to ask."""


def invites(seen: Seen, since: float = float("-inf"), until: float = float("inf")) -> list[Wire]:
    """Return the INVITEs by which the PBX tried to begin calls in a time, in order, each once."""
    found = once(each for call in seen.calls for each in call.invites)
    return sorted((each for each in found if since <= each.at < until), key=lambda each: each.at)


def edge_of(seen: Seen, wire: Wire) -> str:
    """Return the edge that a message of the PBX went to, or ""."""
    return seen.found.places.get(wire.target, "") if seen.found is not None else ""


def services(found: Found) -> set[str]:
    """Return for which services it asked for SRV records, such as "_sip._tcp"."""
    return {".".join(each.name.split(".")[:2]) for each in found.questions if each.kind == "SRV"}


def not_by_name(seen: Seen, *wires: Wire) -> Verdict | None:
    """Return that nothing can be told of a PBX that did not find the domain by our DNS, else None.

    Args:
        seen: What was seen.
        wires: INVITEs, of which the first would have gone to an edge.
    """
    found = seen.found
    if found is None:
        return unclear("there is no DNS to find the domain by: say --dns HOST:PORT")
    if not found.questions:
        setting = _SETTINGS.get(vendor_of(seen.user_agent), "")
        where = f"; {setting}" if setting else ""
        said = f"the PBX did not ask the DNS at {found.dns} for the domain: let it, without an outbound proxy{where}"
        return unclear(said, *wires[:1])
    if wires and not edge_of(seen, wires[0]):
        said = f"the INVITE went to {wires[0].target}, which DNS does not name: take the outbound proxy out"
        return unclear(said, wires[0])
    return None
