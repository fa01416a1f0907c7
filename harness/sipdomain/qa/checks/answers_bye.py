"""A BYE of the far end is answered."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    for call in seen.answered:
        for bye in call.requests("BYE", "cloud"):
            answer = call.answer_to(bye)
            if answer is None:
                return failed("the BYE got no final response", bye)
            if answer.status != 200:
                return failed(f"the BYE got {answer.status}", bye, answer)
            return passed("the BYE got 200", bye, answer)
    ended = [each for call in seen.answered for each in call.requests("BYE")]
    return unclear("the PBX hung up before the far end did" if ended else "no BYE was sent", *ended[:1])


CHECK: Final = Check(
    name="answers-bye",
    level="must",
    what="answers a BYE with 200",
    source="RFC 3261 section 15.1.2",
    situation="call",
    judge=_judge,
    mend="let requests of the edges reach the PBX: firewall, Contact, identification of the peer",
    needs="answer",
    rules=("identified-by-user", "private-address-outside"),
)
