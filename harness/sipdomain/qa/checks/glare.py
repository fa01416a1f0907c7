"""An INVITE that got 491 is sent again later."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    for call in seen.answered:
        refused = next((each for each in call.responses("INVITE") if each.status == 491), None)
        if refused is None:
            continue
        later = [each for each in call.reinvites if each.at > refused.at]
        ended = [each for each in call.requests("BYE") if each.at > refused.at]
        if not later:
            return failed("no further INVITE came after the 491", refused, *ended[:1], fields=("cseq",))
        wait = later[0].at - refused.at
        return passed(
            f"the INVITE came again {wait:.1f} s after the 491", refused, later[0], fields=("cseq",)
        )
    return unclear("no INVITE of the PBX within the call got 491")


CHECK: Final = Check(
    name="glare",
    level="should",
    what="tries again some seconds after a 491",
    source="RFC 3261 section 14.1",
    situation="glare",
    judge=_judge,
    mend="this is the stack's own work: update it",
    needs="answer",
)
