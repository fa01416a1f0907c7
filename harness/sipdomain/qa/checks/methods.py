"""No method and no option is used that the far end lacks."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed

_WRONG: Final = frozenset({"PRACK", "UPDATE", "INFO"})
_OPTIONS: Final = frozenset({"timer", "replaces", "norefersub", "outbound", "path", "gruu"})
"""What a Require does no harm by: nobody is refused for it, or it is for others."""


def _judge(seen: Seen) -> Verdict:
    requests = [each for call in seen.calls for each in call.requests()]
    for request in requests:
        if request.method in _WRONG:
            return failed(f"{request.method} came, which Allow does not have", request)
        for text in request.message.headers.all("require"):
            wanted = {each.strip().lower() for each in text.split(",")} - _OPTIONS
            if wanted:
                return failed(f"Require has {', '.join(sorted(wanted))}", request, fields=("require",))
    used = ", ".join(dict.fromkeys(each.method for each in requests))
    return passed(f"used were {used}", requests[0], fields=("allow", "supported"))


CHECK: Final = Check(
    name="methods",
    level="must",
    what="uses no method and no option that the far end lacks: no PRACK, UPDATE, INFO, no Require: 100rel",
    source="RFC 3262 section 4; RFC 3311 section 5; RFC 3261 section 8.2.2.3",
    situation="call",
    judge=_judge,
    mend="switch reliable provisional responses and refreshes by UPDATE off for this trunk",
    vendors={
        "asterisk": "100rel=no, or yes but not required; dtmf_mode=rfc4733; timers=yes",
        "freeswitch": '<param name="enable-100rel" value="false"/>; dtmf-type rfc2833',
        "baresip": "100rel=no in the account",
    },
    rules=("keys-not-by-rfc-4733", "session-timer-forced"),
)
