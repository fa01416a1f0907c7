"""The next edge is tried when one answers 503."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.by_name import FIRST, SECOND, edge_of, invites, not_by_name
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.unavailable import unavailable
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    found = invites(seen, until=seen.marks.get("again", float("inf")))
    if (untold := not_by_name(seen, *found)) is not None:
        return untold
    refused = unavailable(seen)
    if refused is None:
        return unclear(f"no INVITE came to {FIRST}, which DNS names first", *found[:1])
    after = [each for each in found if each.at > refused.at and edge_of(seen, each) == SECOND]
    if not after:
        return failed(
            f"after the 503 of {FIRST} no INVITE came to {SECOND}", refused, fields=("retry-after",)
        )
    said = f"{after[0].at - refused.at:.1f} s after the 503 of {FIRST} an INVITE came to {SECOND}"
    return passed(said, refused, after[0], fields=("retry-after",))


CHECK: Final = Check(
    name="next-edge-unavailable",
    level="should",
    what="goes to the next edge when one answers 503",
    source="RFC 3263 section 4.3; RFC 3261 section 21.5.4",
    situation="edge-unavailable",
    judge=_judge,
    mend="let the PBX take 503 as silence: it tries the next target of the SRV records, or a second trunk",
    needs="nothing",
    vendors={
        "asterisk": "Dial a second endpoint, by another edge, at CONGESTION and CHANUNAVAIL",
        "freeswitch": "a second gateway by another edge: bridge to both with | between, and continue_on_fail",
        "kamailio": "use_dns_cache=on and use_dns_failover=on",
        "opensips": "disable_dns_failover=no",
        "pjsip": "the stack moves on only where TCP is refused: let the application change the proxy of the account",
    },
)
