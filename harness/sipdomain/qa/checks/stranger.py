"""Calls of strangers do not reach the dialplan."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear
from sipdomain.runtime.sip.stranger import ADDRESS

_REFUSED: Final = frozenset({401, 403, 404, 407})


def _judge(seen: Seen) -> Verdict:
    if seen.stranger is None:
        return unclear("no stranger called")
    got = ", ".join(map(str, seen.stranger))
    if any(180 <= each < 300 for each in seen.stranger):
        return failed(f"a call from {ADDRESS} got {got}: anybody may call")
    final = next((each for each in seen.stranger if each >= 300), None)
    if final is not None and final not in _REFUSED:
        return unclear(f"a call from {ADDRESS} got {got}, which may not be for its address")
    return passed(f"a call from {ADDRESS} got {got or 'nothing'}")


CHECK: Final = Check(
    name="no-strangers",
    level="should",
    what="lets no calls of strangers in: 401, 403, 404 or nothing for an INVITE from an address that is not the cloud's",
    source="RFC 3261 section 26.1; https://www.twilio.com/docs/sip-trunking/ip-addresses",
    situation="stranger",
    judge=_judge,
    mend="take calls from the published addresses alone, and look at who is called in the dialplan too",
    needs="answer",
    vendors={
        "asterisk": "identify with match=… for the published ranges, and no anonymous endpoint",
        "freeswitch": "apply-inbound-acl with a list of its own, auth-calls=true on the profile",
        "kamailio": "allow_source_address() of the module permissions before anything is routed",
    },
    rules=("strangers-match",),
)
