"""Who hangs up sends BYE at once."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_AT_ONCE: Final = 1.0


def _judge(seen: Seen) -> Verdict:
    hung_up_at = seen.marks.get("hang up")
    if hung_up_at is None:
        return unclear("nobody was asked to hang up")
    for call in seen.answered:
        byes = call.requests("BYE")
        if not byes:
            continue
        bye = byes[0]
        if call.answer_to(bye) is None:
            return unclear("a BYE came, and got no answer", bye)
        late = bye.at - hung_up_at
        # When a person hung up exactly is not known.
        if late > _AT_ONCE and not seen.by_hand:
            return failed(f"the BYE came {late:.1f} s after the call was hung up", bye)
        return passed(f"a BYE came {max(0.0, late):.1f} s after that", bye)
    return failed(
        "the call was hung up at the PBX, and no BYE came",
        *(answer for _, answer in seen.answers[:1]),
    )


CHECK: Final = Check(
    name="sends-bye",
    level="must",
    what="sends BYE when the user hangs up, within a second",
    source="RFC 3261 section 15.1.1",
    situation="hang-up",
    judge=_judge,
    mend="let BYE take the way of the ACK: by the Route of the answer, to its Contact",
    needs="answer",
)
