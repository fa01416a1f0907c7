"""A BYE of a call that there is not is refused."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    own = {each.call_id for each in seen.calls}
    for dialog in seen.dialogs:
        bye = next(iter(dialog.requests("BYE", "cloud")), None)
        if dialog.call_id in own or bye is None:
            continue
        answer = dialog.answer_to(bye)
        if answer is None:
            return failed("a BYE of a call that there is not got no final response", bye)
        if answer.status != 481:
            return failed(f"a BYE of a call that there is not got {answer.status}", bye, answer)
        if any(each.at < bye.at for call in seen.calls for each in call.requests("BYE")):
            return unclear("the call was over before", bye)
        return passed("a BYE of a call that there is not got 481", bye, answer)
    return unclear("no BYE of a call that there is not was sent")


CHECK: Final = Check(
    name="unknown-bye",
    level="must",
    what="answers 481 to a BYE of a call that there is not",
    source="RFC 3261 section 15.1.2",
    situation="strays",
    judge=_judge,
    mend="let requests of the edges reach the PBX, and be matched by Call-ID and both tags",
    needs="answer",
)
