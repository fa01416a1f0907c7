"""A registration for which there is no room is not asked for again and again, and calls go on."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen, once
from sipdomain.qa.verdict import Verdict, failed, not_run, passed, unclear

_MOST: Final = 4
_FULL: Final = "32007"
_FIELDS: Final = ("x-twilio-error", "contact", "cseq")


def _judge(seen: Seen) -> Verdict:
    if not seen.registrations:
        return not_run("it does not register")
    refused = once(
        each
        for dialog in seen.registrations
        for each in dialog.responses("REGISTER", least=403)
        if each.header("x-twilio-error").startswith(_FULL)
    )
    if not refused:
        return unclear(f"no REGISTER was refused with {_FULL}")
    times = f"{len(refused)} time{'s' if len(refused) > 1 else ''}"
    if len(refused) > _MOST:
        return failed(f"it registered {times} in 65 s, though there is no room", refused[0], fields=_FIELDS)
    calls = [call for call in seen.calls if call.invites[0].at > refused[0].at]
    if not calls:
        return unclear("no call came after the refusal")
    if not any(call.is_confirmed for call in calls):
        return failed("its call after the refusal did not come about", refused[0], calls[0].invites[0])
    said = f"it registered {times} in 65 s, and its call came about"
    return passed(said, refused[0], calls[0].invites[0], fields=_FIELDS)


CHECK: Final = Check(
    name="bindings-full",
    level="should",
    what="registers at most four times a minute where ten other phones of its user are registered, and calls all the same",
    source="https://www.twilio.com/docs/api/errors/32007; RFC 3261 section 21.4.4",
    situation="bindings-full",
    judge=_judge,
    mend="give the PBX a user of its own, and let it wait after a 403",
    needs="nothing",
    vendors={
        "asterisk": "forbidden_retry_interval=0, or 60 and more",
        "freeswitch": '<param name="retry-seconds" value="60"/>',
    },
    optional=True,
)
