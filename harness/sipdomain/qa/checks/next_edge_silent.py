"""The next edge is tried when one is silent."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.by_name import FIRST, SECOND, edge_of, invites, not_by_name
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_LONGEST: Final = 33.0


def _judge(seen: Seen) -> Verdict:
    found = invites(seen)
    if (untold := not_by_name(seen, *found)) is not None:
        return untold
    if not found:
        return unclear("DNS was asked, and no INVITE came")
    other = next((each for each in found if edge_of(seen, each) == SECOND), None)
    if other is found[0]:
        options = [
            each for each in seen.requests if each.method == "OPTIONS" and edge_of(seen, each) == FIRST
        ]
        if options:
            said = f"{FIRST} did not answer OPTIONS, and the INVITE went to {SECOND} at once"
            return passed(said, options[0], other)
        return unclear(f"the first INVITE went to {SECOND}, though DNS names {FIRST} first", other)
    if other is None:
        return failed(f"{FIRST} was silent, and no INVITE came to {SECOND}", found[0])
    gone = other.at - found[0].at
    if gone > _LONGEST:
        return failed(
            f"{FIRST} was silent, and only after {gone:.0f} s an INVITE came to {SECOND}", found[0], other
        )
    return passed(f"{FIRST} was silent, and after {gone:.0f} s an INVITE came to {SECOND}", found[0], other)


CHECK: Final = Check(
    name="next-edge-silent",
    level="should",
    what="goes to the next edge when one is silent, after 32 s at the latest",
    source="RFC 3263 section 4.3; RFC 3261 section 17.1.1.2",
    situation="edge-silent",
    judge=_judge,
    mend="let the PBX try every target of the SRV records, and ask by OPTIONS each 30 s whether the first is there",
    needs="nothing",
    vendors={
        "asterisk": "qualify_frequency=30 in the aor of each edge, and Dial the second endpoint at CHANUNAVAIL",
        "freeswitch": '<param name="ping" value="30"/> in two gateways; bridge to both with | between',
        "kamailio": "use_dns_cache=on and use_dns_failover=on; fr_timer of tm shortens the wait",
        "opensips": "disable_dns_failover=no; fr_timeout of tm shortens the wait",
        "pjsip": "the stack moves on only where TCP is refused: let the application change the account's proxy",
    },
    rules=("no-qualify",),
)
