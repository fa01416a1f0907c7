"""A session interval that is too small is raised."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, not_run, passed, unclear

_LEAST: Final = 1800
_FIELDS: Final = ("session-expires", "min-se", "supported")


def _judge(seen: Seen) -> Verdict:
    for call in seen.calls:
        refused = next((each for each in call.responses("INVITE") if each.status == 422), None)
        if refused is None:
            continue
        before = next((each for each in call.invites if each.cseq == refused.cseq), None)
        if before is None or not before.header("session-expires"):
            return not_run("the PBX asks for no session timer")
        later = [each for each in call.invites if each.at > refused.at]
        if not later:
            return failed("the PBX gave the call up at the 422", before, refused, fields=_FIELDS)
        after = later[0]
        seconds = after.header("session-expires").partition(";")[0].strip()
        if not seconds.isdigit() or int(seconds) < _LEAST:
            return failed(f"it asks for {seconds or 'no'} s again", refused, after, fields=_FIELDS)
        if not after.header("min-se"):
            return failed("its next INVITE has no Min-SE", refused, after, fields=_FIELDS)
        return passed(f"it asks for {seconds} s, with Min-SE", refused, after, fields=_FIELDS)
    return unclear("no INVITE got a 422")


CHECK: Final = Check(
    name="session-interval",
    level="must",
    what="raises its session interval at a 422, to Min-SE",
    source="RFC 4028 section 7.3",
    situation="session-interval",
    judge=_judge,
    mend="ask for 1800 s, or leave the session timer to the far end",
    vendors={"asterisk": "timers_min_se=90 and timers_sess_expires=1800 in the endpoint"},
    rules=("session-timer-forced",),
    optional=True,
)
