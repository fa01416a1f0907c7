"""A second 200 of another phone is acknowledged, and one of the two calls is ended."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_FIELDS: Final = ("to",)


def _judge(seen: Seen) -> Verdict:
    for call, first in seen.answers:
        other = next(
            (
                each
                for each in call.responses("INVITE", least=200)
                if each.status < 300 and each.cseq == first.cseq and each.to_tag != first.to_tag
            ),
            None,
        )
        if other is None:
            continue
        acks = [each for each in call.requests("ACK") if each.to_tag == other.to_tag]
        if not acks:
            return failed("the 200 of the second phone was not acknowledged", first, other, fields=_FIELDS)
        ended = {each.to_tag for each in call.requests("BYE")} & {first.to_tag, other.to_tag}
        if not ended:
            said = "both calls go on: neither the first nor the second was ended by BYE"
            return failed(said, other, acks[0], fields=_FIELDS)
        byes = [each for each in call.requests("BYE") if each.to_tag in ended]
        if len(ended) == 2 and byes[-1].at - other.at < 1.0:
            return failed("it ended both calls", other, *byes, fields=_FIELDS)
        return passed(
            "both were acknowledged, and one of them ended by BYE", other, acks[0], byes[0], fields=_FIELDS
        )
    return unclear("no call was answered twice")


CHECK: Final = Check(
    name="forked-answers",
    level="should",
    what="acknowledges the 200 of a second phone, and ends one of the two calls by BYE",
    source="RFC 3261 section 13.2.2.4",
    situation="forked-answers",
    judge=_judge,
    mend="let the PBX follow forked calls: else the second phone is off the hook until it gives up",
    needs="answer",
    vendors={"asterisk": "follow_early_media_fork=yes in the section system"},
)
