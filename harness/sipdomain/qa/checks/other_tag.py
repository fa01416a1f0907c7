"""A 200 of another dialog than the 180 is taken."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    for call, answer in seen.answers:
        rings = [each for each in call.responses("INVITE") if each.status in {180, 183}]
        if not rings or rings[0].to_tag == answer.to_tag:
            continue
        acks = [each for each in call.requests("ACK") if each.at >= answer.at]
        if not acks:
            return failed(
                "the 200 with another To tag was not acknowledged", rings[0], answer, fields=("to",)
            )
        if acks[0].to_tag != answer.to_tag:
            return failed("the ACK has not the To tag of the 200", answer, acks[0], fields=("to",))
        return passed(
            "the 200 with another To tag was acknowledged by that tag", answer, acks[0], fields=("to",)
        )
    return unclear("no call was answered with another To tag than it rang with")


CHECK: Final = Check(
    name="other-tag",
    level="should",
    what="takes a 200 with another To tag than the 180",
    source="RFC 3261 sections 12.1.2 and 13.2.2.4",
    situation="other-tag",
    judge=_judge,
    mend="let the PBX follow forked calls",
    needs="answer",
    vendors={"asterisk": "follow_early_media_fork=yes in the section system"},
)
