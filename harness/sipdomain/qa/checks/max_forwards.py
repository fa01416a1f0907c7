"""Max-Forwards is high enough."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed

_LEAST: Final = 20


def _judge(seen: Seen) -> Verdict:
    for call in seen.calls:
        for request in call.requests():
            text = request.header("max-forwards")
            if not text.isdigit():
                return failed(f"Max-Forwards is missing in its {request.method}", request)
            if int(text) < _LEAST:
                return failed(f"Max-Forwards is {text}", request, fields=("max-forwards",))
    invite = seen.calls[0].invites[0]
    return passed(f"Max-Forwards is {invite.header('max-forwards')}", invite, fields=("max-forwards",))


CHECK: Final = Check(
    name="max-forwards",
    level="must",
    what="sends Max-Forwards, 70 or at least 20",
    source="RFC 3261 section 8.1.1.6; https://www.twilio.com/docs/api/errors/32006",
    situation="call",
    judge=_judge,
    mend="leave Max-Forwards at 70",
    rules=("few-hops",),
)
