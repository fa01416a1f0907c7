"""A call that is answered when it is given up is ended."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    for call, answer in seen.answers:
        cancels = call.requests("CANCEL")
        if not cancels or answer.at < cancels[0].at:
            continue
        if not call.is_confirmed:
            return failed("the 200 that crossed its CANCEL was not acknowledged", cancels[0], answer)
        byes = call.requests("BYE")
        if not byes:
            return failed(
                "the 200 that crossed its CANCEL was acknowledged, and no BYE came", cancels[0], answer
            )
        return passed("the 200 that crossed its CANCEL was acknowledged, and a BYE came", answer, byes[0])
    return unclear("no 200 crossed a CANCEL of the PBX")


CHECK: Final = Check(
    name="crossed-cancel",
    level="must",
    what="acknowledges a 200 that crosses its CANCEL, and hangs up by BYE",
    source="RFC 3261 sections 9.1 and 15",
    situation="crossed-cancel",
    judge=_judge,
    mend="this is the stack's own work: update it; else calls stay that nobody hears",
)
