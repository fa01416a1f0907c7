"""A call is given up by a CANCEL that belongs to it."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_FIELDS: Final = ("via", "cseq", "call-id")


def _judge(seen: Seen) -> Verdict:
    if "cancel" not in seen.marks:
        return unclear("no call rang for as long as it takes to hang up")
    for call in seen.calls:
        invite = call.invites[-1]
        if not (cancels := call.requests("CANCEL")):
            if call.answered is not None:
                return unclear("the call was answered before")
            continue
        cancel = cancels[0]
        if cancel.branch != invite.branch:
            return failed("the CANCEL has another branch than the INVITE", invite, cancel, fields=_FIELDS)
        if cancel.cseq[0] != invite.cseq[0]:
            return failed(
                "the CANCEL has another CSeq number than the INVITE", invite, cancel, fields=_FIELDS
            )
        if not any(each.at <= cancel.at and each.cseq == invite.cseq for each in call.responses("INVITE")):
            return failed("the CANCEL came before any provisional response", invite, cancel)
        ended = next((each for each in call.responses("INVITE") if each.status == 487), None)
        if ended is None:
            return unclear("the CANCEL got no 487", cancel)
        if not any(each.at >= ended.at and each.branch == invite.branch for each in call.requests("ACK")):
            return failed("the 487 was not acknowledged", cancel, ended)
        return passed(
            "the CANCEL has the INVITE's branch and CSeq number, and the 487 was acknowledged", cancel, ended
        )
    byes = [each for call in seen.calls for each in call.requests("BYE")]
    return failed("the user hung up while it rang, and no CANCEL came", *byes[:1])


CHECK: Final = Check(
    name="cancel",
    level="must",
    what="gives a ringing call up by CANCEL: same branch, Call-ID and CSeq number, after a provisional; takes the 487",
    source="RFC 3261 section 9.1",
    situation="cancel",
    judge=_judge,
    mend="this is the stack's own work; a proxy in between has to send its CANCEL by the branch of its INVITE",
)
