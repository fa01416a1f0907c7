"""Each repeated 200 is acknowledged."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    call = seen.answered[0]
    answers = [each for each in call.responses("INVITE", least=200) if each.status < 300]
    if len(answers) < 2:
        return unclear("the 200 was sent once only", *answers)
    acks = [
        each for each in call.requests("ACK") if each.at >= answers[0].at and each.to_tag == answers[0].to_tag
    ]
    if len(acks) < len(answers):
        said = f"the 200 was sent {len(answers)} times, and acknowledged {len(acks)} times"
        return failed(said, answers[-1], *acks[:1])
    return passed(f"the 200 was sent {len(answers)} times, and acknowledged each time", answers[-1], acks[-1])


CHECK: Final = Check(
    name="ack-each-answer",
    level="must",
    what="acknowledges each repeated 200",
    source="RFC 3261 section 13.2.2.4",
    situation="ack-lost",
    judge=_judge,
    mend="this is the stack's own work: update it; a script has to be ready for the 200 once more",
    needs="answer",
)
