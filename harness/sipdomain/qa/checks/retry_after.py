"""An edge that says for how long it cannot serve is left alone."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.by_name import FIRST, edge_of, invites, not_by_name
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.situations.edge_unavailable import RETRY_AFTER
from sipdomain.qa.unavailable import unavailable
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    if seen.found is not None and seen.found.starts_anew:
        return unclear("the driver starts the PBX anew for each call: it cannot know what an edge said")
    again = seen.marks.get("again", float("inf"))
    before, after = invites(seen, until=again), invites(seen, since=again)
    if (untold := not_by_name(seen, *before)) is not None:
        return untold
    refused = unavailable(seen)
    if refused is None or refused.at >= again:
        return unclear(f"no INVITE came to {FIRST}, which DNS names first", *before[:1])
    if not after:
        return unclear("no second call came", refused)
    gone = after[0].at - refused.at
    if gone >= RETRY_AFTER:
        return unclear(
            f"the second call came {gone:.0f} s after the 503, when it may go to {FIRST}", refused, after[0]
        )
    edge = edge_of(seen, after[0])
    if edge == FIRST:
        said = f"{gone:.0f} s after {FIRST} said Retry-After: {RETRY_AFTER} the next call went to it"
        return failed(said, refused, after[0], fields=("retry-after",))
    said = f"{gone:.0f} s after {FIRST} said Retry-After: {RETRY_AFTER} the next call went to {edge or after[0].target}"
    return passed(said, refused, after[0], fields=("retry-after",))


CHECK: Final = Check(
    name="retry-after",
    level="should",
    what="leaves an edge alone for the time of its Retry-After",
    source="RFC 3261 sections 20.33 and 21.5.4",
    situation="edge-unavailable",
    judge=_judge,
    mend="let the PBX remember a target that answered 503, for the seconds of Retry-After",
    needs="nothing",
    vendors={
        "kamailio": 'use_dns_failover=on, use_dst_blocklist=on, modparam("tm", "blst_503", 1)',
        "pjsip": "the stack remembers no target: let the application change the proxy of the account",
    },
)
