"""OPTIONS to the Contact are answered."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    for dialog in seen.dialogs:
        for options in dialog.requests("OPTIONS", "cloud"):
            answer = dialog.answer_to(options)
            where = options.request.target
            if answer is None:
                return failed(f"OPTIONS to {where} got no final response", options)
            return passed(f"OPTIONS to {where} got {answer.status}", options, answer)
    return unclear("no OPTIONS were sent to its Contact")


CHECK: Final = Check(
    name="answers-options",
    level="must",
    what="is reached at its Contact by requests that belong to no call: OPTIONS get an answer, whatever its status",
    source="RFC 3261 sections 8.1.1.8 and 11.2",
    situation="strays",
    judge=_judge,
    mend="let the PBX write an address into Contact at which it listens",
    needs="answer",
    rules=("private-address-outside",),
)
