"""Branch, tag and Call-ID are made as they must be."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear
from sipdomain.sip.via import MAGIC_COOKIE


def _judge(seen: Seen) -> Verdict:
    for call in seen.calls:
        for request in call.requests():
            if not request.branch.startswith(MAGIC_COOKIE):
                return failed(f"the branch is {request.branch or 'missing'!r}", request, fields=("via",))
            if not request.from_tag:
                return failed("From has no tag", request, fields=("from",))
    first = seen.calls[0].invites[0]
    again = next((each for each in seen.calls if each.call_id in seen.known), None)
    if again is not None:
        return failed("a new call has the Call-ID of an earlier one", again.invites[0], fields=("call-id",))
    if not seen.known:
        return unclear("only one call was seen; whether the next one has another Call-ID is not known", first)
    return passed(
        "branch, From tag and a Call-ID of its own are there", first, fields=("via", "from", "call-id")
    )


CHECK: Final = Check(
    name="identifiers",
    level="must",
    what="begins each branch with z9hG4bK, tags From, and takes a new Call-ID for each call",
    source="RFC 3261 sections 8.1.1.3, 8.1.1.4 and 8.1.1.7",
    situation="hang-up",
    judge=_judge,
    mend="a script of SIPp or of your own writes these: take [branch], [call_id] and a tag from [call_number]",
)
