"""The PBX asks by OPTIONS whether the edge is there."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed
from sipdomain.qa.wire import Wire

_SHORTEST: Final = 14.0
_LONGEST: Final = 61.0


def _judge(seen: Seen) -> Verdict:
    asked: dict[str, Wire] = {}
    for each in seen.requests:
        if each.method == "OPTIONS":
            asked.setdefault(each.header("call-id") + each.branch, each)
    found = list(asked.values())
    if len(found) < 2:
        return failed(f"{len(found)} OPTIONS came in 130 s", *found)
    gaps = [after.at - before.at for before, after in pairwise(found)]
    if max(gaps) > _LONGEST or min(gaps) < _SHORTEST:
        return failed(f"OPTIONS come each {min(gaps):.0f} to {max(gaps):.0f} s", *found[:2])
    return passed(f"OPTIONS come each {sum(gaps) / len(gaps):.0f} s", *found[:2])


CHECK: Final = Check(
    name="qualifies",
    level="should",
    what="asks by OPTIONS each 15 to 60 s whether the edge is there",
    source="RFC 3261 section 11; https://www.twilio.com/docs/sip-trunking",
    situation="between-calls",
    judge=_judge,
    mend="ask by OPTIONS each 30 s, so that the next edge is taken when one is silent",
    needs="nothing",
    vendors={
        "asterisk": "qualify_frequency=30 in the aor",
        "freeswitch": '<param name="ping" value="30"/> in the gateway',
        "kamailio": "ds_ping_interval 30 of the module dispatcher",
    },
    rules=("no-qualify",),
)
