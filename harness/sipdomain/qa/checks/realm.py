"""The realm is returned as it was given."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.challenged import challenged
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    found = challenged(seen)
    if found is None:
        return unclear("no credentials came in answer to a challenge")
    challenge, given = found.challenge, found.credentials
    if given.realm != challenge.realm:
        said = f"the realm is {given.realm!r}, asked for was {challenge.realm!r}"
        return failed(
            said, found.response, found.request, fields=("proxy-authorization", "proxy-authenticate")
        )
    return passed(f"the realm is {given.realm!r}", found.request, fields=("proxy-authorization",))


CHECK: Final = Check(
    name="realm",
    level="must",
    what="takes the realm as it is given (sip.twilio.com, and not the domain)",
    source="RFC 3261 section 22.1; RFC 7616 section 3.4",
    situation="call",
    judge=_judge,
    mend="leave the realm out, or write sip.twilio.com",
    vendors={
        "asterisk": "no realm in the section of type auth",
        "freeswitch": "realm sip.twilio.com in the gateway",
    },
    rules=("another-realm",),
)
