"""A registration that is refused is not asked for again and again."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen, once
from sipdomain.qa.verdict import Verdict, failed, not_run, passed, unclear

_MOST: Final = 2


def _judge(seen: Seen) -> Verdict:
    if not seen.registrations:
        return not_run("it does not register")
    refused = [
        each for dialog in seen.registrations for each in dialog.responses("REGISTER") if each.status == 403
    ]
    if not refused:
        return unclear("no REGISTER got a 403")
    asked = once(each for dialog in seen.registrations for each in dialog.requests("REGISTER"))
    if len(asked) > _MOST:
        return failed(f"{len(asked)} REGISTERs came in 65 s, though they get 403", refused[0], asked[-1])
    return passed(f"{len(asked)} REGISTER{'s' if len(asked) > 1 else ''} came in 65 s", refused[0])


CHECK: Final = Check(
    name="registration-off",
    level="should",
    what="does not go on registering where registration is off",
    source="https://www.twilio.com/docs/api/errors/32210; RFC 3261 section 21.4.4",
    situation="registration-off",
    judge=_judge,
    mend="take the registration out, or switch registration on at the domain",
    needs="nothing",
    vendors={
        "asterisk": "no section of type registration; else forbidden_retry_interval=0",
        "freeswitch": '<param name="register" value="false"/>',
    },
    rules=("registers-at-a-trunk", "registers-by-default"),
    optional=True,
)
