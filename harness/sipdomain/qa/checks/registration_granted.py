"""A registration is refreshed by the time that was granted."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen, once
from sipdomain.qa.verdict import Verdict, failed, not_run, passed, unclear

_SECONDS: Final = 60.0
_FIELDS: Final = ("expires", "contact", "cseq")


def _judge(seen: Seen) -> Verdict:
    if not seen.registrations:
        return not_run("it does not register")
    granted = [
        each for dialog in seen.registrations for each in dialog.responses("REGISTER") if each.status == 200
    ]
    if not granted:
        return unclear("no REGISTER got 200")
    first = granted[0]
    asked = once(each for dialog in seen.registrations for each in dialog.requests("REGISTER"))
    again = [each for each in asked if each.at > first.at]
    if not again or again[0].at > first.at + _SECONDS:
        return failed(
            f"granted were {_SECONDS:.0f} s, and no REGISTER came in them", first, *again[:1], fields=_FIELDS
        )
    return passed(
        f"registered again {again[0].at - first.at:.0f} s after 60 s were granted",
        first,
        again[0],
        fields=_FIELDS,
    )


CHECK: Final = Check(
    name="registration-granted",
    level="should",
    what="registers again within the time that was granted, not within what it asked for",
    source="RFC 3261 section 10.2.4",
    situation="registration-granted",
    judge=_judge,
    mend="let the PBX follow the expires of the 200",
    needs="nothing",
    optional=True,
)
