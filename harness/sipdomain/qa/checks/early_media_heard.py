"""What the network plays before the answer is heard by who calls: a person says so."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    early = next(
        (
            each
            for call in seen.calls
            for each in call.responses("INVITE")
            if each.status == 183 and each.message.body
        ),
        None,
    )
    if early is None:
        return unclear("no 183 with a session description was sent")
    heard = seen.told.get("heard")
    if heard is None:
        return unclear("nobody said whether the tone was heard", early)
    if not heard:
        return failed("who listened did not hear the tone of the network", early, fields=("m=", "c="))
    return passed("who listened heard the tone of the network", early, fields=("m=", "c="))


CHECK: Final = Check(
    name="early-media-heard",
    level="should",
    what="lets who calls hear what the network plays before the answer",
    source="RFC 3960 section 3.2",
    situation="early-media",
    judge=_judge,
    mend="let early media through to the phone, and ring locally at a 180 without a session description alone",
    vendors={
        "asterisk": "Dial() without the option r, and no Answer() or Ringing() before it",
        "freeswitch": "ignore_early_media=false, and no ringback of its own",
    },
)
