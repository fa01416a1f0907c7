"""A session that was granted is refreshed in time."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, not_run, passed, unclear

_SECONDS: Final = 90.0
_AT_ONCE: Final = 10.0
"""What comes before is no refresh, in seconds: some settle on one codec by an INVITE as soon as they have an answer."""
_FIELDS: Final = ("session-expires", "supported", "cseq")


def _judge(seen: Seen) -> Verdict:
    for call, answer in seen.answers:
        if not answer.header("session-expires"):
            return not_run("the PBX supports no session timer")
        update = next(iter(call.requests("UPDATE")), None)
        if update is not None:
            return failed(
                "the session is refreshed by UPDATE, which the far end lacks", answer, update, fields=_FIELDS
            )
        refreshes = [each for each in call.reinvites if answer.at + _AT_ONCE < each.at < answer.at + _SECONDS]
        if refreshes:
            after = refreshes[0].at - answer.at
            return passed(f"refreshed by re-INVITE after {after:.0f} s", answer, refreshes[0], fields=_FIELDS)
        ended = [each for each in call.wires if each.method == "BYE"]
        if ended and ended[0].at - answer.at < _SECONDS / 2:
            return unclear("the call ended before a refresh was due", ended[0])
        return failed(f"no refresh came in {_SECONDS:.0f} s", answer, *ended[:1], fields=_FIELDS)
    return unclear("no call was answered")


CHECK: Final = Check(
    name="session-refresh",
    level="must",
    what="refreshes by re-INVITE, in time, a session that it is to refresh",
    source="RFC 4028 sections 7.2 and 10",
    situation="session-refresh",
    judge=_judge,
    mend="let the session timer be accepted, and refresh by re-INVITE",
    needs="answer",
    vendors={"asterisk": "timers=yes, which is the default"},
    rules=("session-timer-forced",),
    optional=True,
)
