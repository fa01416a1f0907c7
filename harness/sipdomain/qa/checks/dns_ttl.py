"""An answer of DNS is not kept for longer than it may be."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.by_name import FIRST, edge_of, invites, not_by_name
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear
from sipdomain.twilio.names.dns_zone import TTL


def _judge(seen: Seen) -> Verdict:
    if seen.found is not None and seen.found.starts_anew:
        return unclear("the driver starts the PBX anew for each call: it keeps no answer")
    turned = seen.marks.get("turned", float("inf"))
    before, after = invites(seen, until=turned), invites(seen, since=seen.marks.get("again", turned))
    if (untold := not_by_name(seen, *before)) is not None:
        return untold
    if not before or not after:
        return unclear("no second call came")
    first, gone = after[0], after[0].at - turned
    edge = edge_of(seen, first)
    if edge != FIRST:
        place = edge or first.target
        said = f"DNS named {FIRST} first {gone:.0f} s before, answers hold for {TTL} s, and the INVITE went to {place}"
        return failed(said, before[0], first)
    return passed(f"the INVITE went to {FIRST}, which DNS named first {gone:.0f} s before", before[0], first)


CHECK: Final = Check(
    name="dns-ttl",
    level="should",
    what="asks DNS again when the time of an answer (TTL) is over",
    source="RFC 3263 section 4; RFC 1035 section 3.2.1",
    situation="by-name",
    judge=_judge,
    mend="let no cache on the way keep answers for longer than their TTL; restart nothing to follow DNS",
    needs="nothing",
    vendors={
        "kamailio": "no dns_cache_min_ttl above the TTL of the zone",
        "asterisk": "let res_resolver_unbound look up each call: no address in contact",
    },
)
