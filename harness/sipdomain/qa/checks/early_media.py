"""What the network plays before the answer is heard."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_FIELDS: Final = ("m=", "c=")


def _judge(seen: Seen) -> Verdict:
    for call, answer in seen.answers:
        early = next(
            (each for each in call.responses("INVITE") if each.status == 183 and each.message.body), None
        )
        if early is None:
            continue
        again = next((each for each in call.invites if each.at > early.at), None)
        if again is not None or call.requests("CANCEL"):
            return failed(
                "the PBX gave the call up at the 183", early, *call.requests("CANCEL")[:1], fields=_FIELDS
            )
        if any(early.at < each.at < answer.at for each in seen.audio):
            return passed("its audio is open from the 183 on", early, fields=_FIELDS)
        return unclear(
            "nobody says whether the tone was heard, and no audio of the PBX came before the answer", early
        )
    return unclear("no 183 with a session description came before an answer")


CHECK: Final = Check(
    name="early-media",
    level="should",
    what="opens its audio at a 183 with a session description, so that what the network plays is heard",
    source="RFC 3960 section 3.2; RFC 3261 section 13.2.1",
    situation="early-media",
    judge=_judge,
    mend="let early media through to the phone, and ring locally at a 180 without a session description",
    needs="answer",
    vendors={
        "asterisk": "Dial() without the option r, which rings over what the network plays",
        "freeswitch": "ignore_early_media=false",
    },
)
