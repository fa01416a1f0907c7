"""The INVITE has an offer."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen, description
from sipdomain.qa.verdict import Verdict, failed, passed


def _judge(seen: Seen) -> Verdict:
    for call in seen.calls:
        for invite in call.invites:
            if not invite.message.body:
                return failed("the INVITE has no body", invite)
            if description(invite) is None:
                return failed("the INVITE has no session description with audio that can be read", invite)
    return passed("the INVITE has an offer of audio", seen.calls[0].invites[0], fields=("content-type", "m="))


CHECK: Final = Check(
    name="early-offer",
    level="must",
    what="offers in the INVITE",
    source="https://www.twilio.com/docs/api/errors/32103; RFC 3264 section 4",
    situation="call",
    judge=_judge,
    mend="force an early offer on this trunk",
)
