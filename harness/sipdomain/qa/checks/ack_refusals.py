"""Every refusal of a call is acknowledged."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    told = []
    for call in seen.calls:
        for refusal in call.responses("INVITE", least=300):
            acks = [each for each in call.requests("ACK") if each.cseq[0] == refusal.cseq[0]]
            if not acks:
                return failed(f"the {refusal.status} was not acknowledged", refusal)
            if all(each.branch != refusal.branch for each in acks):
                return failed(
                    f"the ACK to the {refusal.status} has another branch", refusal, acks[0], fields=("via",)
                )
            told.append(refusal.status)
    if not any(status not in {401, 407} for status in told):
        return unclear("no call was refused")
    statuses = ", ".join(map(str, dict.fromkeys(told)))
    return passed(f"acknowledged, with the INVITE's branch: {statuses}")


CHECK: Final = Check(
    name="ack-to-refusals",
    level="must",
    what="acknowledges every final refusal, 503 too, with the branch of the INVITE",
    source="RFC 3261 section 17.1.1.3",
    situation="refusals",
    judge=_judge,
    mend="this is the stack's own work: update it; a proxy in between must not swallow the ACK",
)
