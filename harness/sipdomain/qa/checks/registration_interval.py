"""A registration that is too brief is asked for again, for longer."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen, expires
from sipdomain.qa.verdict import Verdict, failed, not_run, passed, unclear

_LEAST: Final = 4000
_FIELDS: Final = ("expires", "contact", "min-expires")


def _judge(seen: Seen) -> Verdict:
    if not seen.registrations:
        return not_run("it does not register")
    for dialog in seen.registrations:
        refused = next((each for each in dialog.responses("REGISTER") if each.status == 423), None)
        if refused is None:
            continue
        later = [each for each in dialog.requests("REGISTER") if each.at > refused.at]
        if not later:
            return failed("no REGISTER came after the 423", refused, fields=_FIELDS)
        seconds = expires(later[0])
        if seconds is None or seconds < _LEAST:
            said = f"the next REGISTER asks for {'no' if seconds is None else seconds} s"
            return failed(said, refused, later[0], fields=_FIELDS)
        return passed(f"the next REGISTER asks for {seconds} s", refused, later[0], fields=_FIELDS)
    return unclear("no REGISTER got a 423")


CHECK: Final = Check(
    name="registration-interval",
    level="must",
    what="registers for Min-Expires at a 423",
    source="RFC 3261 section 10.2.8",
    situation="registration-interval",
    judge=_judge,
    mend="register for 3600 s",
    needs="nothing",
    vendors={"asterisk": "expiration=3600", "freeswitch": "expire-seconds 3600"},
    optional=True,
)
