"""A call without a session timer at the far end lives on."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_LEAST: Final = 900.0
_FIELDS: Final = ("session-expires", "min-se", "supported", "reason")


def _judge(seen: Seen) -> Verdict:
    call, answer = seen.answers[0]
    update = next(iter(call.requests("UPDATE")), None)
    if update is not None:
        return failed(
            "the PBX refreshes the session by UPDATE, which the far end lacks", update, fields=_FIELDS
        )
    ended = next(iter(call.requests("BYE")), None)
    if ended is not None:
        after = ended.at - answer.at
        if after < _LEAST:
            return failed(
                f"the PBX ended the call after {after:.0f} s", call.invites[-1], answer, ended, fields=_FIELDS
            )
        return passed(f"the call lasted {after:.0f} s", answer, ended, fields=_FIELDS)
    bye = next(iter(call.requests("BYE", "cloud")), None)
    if bye is None or bye.at - answer.at < _LEAST:
        return unclear("the call did not last for fifteen minutes")
    refreshes = len(call.reinvites)
    return passed(
        f"the call lasted {bye.at - answer.at:.0f} s, with {refreshes} re-INVITEs of the PBX",
        answer,
        fields=_FIELDS,
    )


CHECK: Final = Check(
    name="session-timer",
    level="must",
    what="refreshes a session by re-INVITE, and lets a call live whose far end has no session timer",
    source="RFC 4028 sections 7.1 and 10",
    situation="long-call",
    judge=_judge,
    mend="let the session timer be accepted, and not demanded; refresh by re-INVITE",
    needs="answer",
    vendors={
        "asterisk": "timers=yes, which is the default",
        "freeswitch": '<param name="enable-timer" value="false"/> in the profile',
    },
    rules=("session-timer-forced",),
)
