"""Strange but right messages are taken."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    for call in seen.calls:
        challenge = next((each for each in call.responses("INVITE") if each.status == 407), None)
        answer = call.answered
        if answer is None:
            if challenge is not None and not any(each.header("proxy-authorization") for each in call.invites):
                return failed("the PBX gave the call up at a strange 407", challenge)
            continue
        if not call.is_confirmed:
            return failed("a strange 200 was not acknowledged", answer)
        for bye in call.requests("BYE", "cloud")[:1]:
            if call.answer_to(bye) is None:
                return failed("a strange BYE got no answer", bye)
        return passed("the whole call went as any other", answer)
    return unclear("no call came as far as an answer")


CHECK: Final = Check(
    name="strange-messages",
    level="may",
    what="takes strange but right messages: folded and short header fields, unknown ones, blanks before colons, a long tag",
    source="RFC 3261 section 7.3; RFC 4475 section 3.1.1",
    situation="strange-messages",
    judge=_judge,
    mend="this is the stack's own work: update it; a router in between that reads SIP (ALG) is to be switched off",
)
