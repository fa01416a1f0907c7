"""A challenge within a call is answered as well."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen, credentials
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_FIELDS: Final = ("proxy-authenticate", "proxy-authorization", "cseq")


def _judge(seen: Seen) -> Verdict:
    for call in seen.answered:
        challenge = next((each for each in call.responses("BYE") if each.status == 407), None)
        if challenge is None:
            continue
        later = [
            each
            for each in call.requests("BYE")
            if each.at > challenge.at and each.cseq[0] > challenge.cseq[0]
        ]
        if not later:
            return failed("the challenge to its BYE was not answered", challenge, fields=_FIELDS)
        if credentials(later[0]) is None:
            return failed(
                "the BYE after the challenge has no credentials", challenge, later[0], fields=_FIELDS
            )
        return passed("the BYE was sent again with credentials", challenge, later[0], fields=_FIELDS)
    return unclear("no BYE of the PBX was challenged")


CHECK: Final = Check(
    name="answers-407-in-call",
    level="should",
    what="answers a challenge to a request within the call as well, such as its BYE",
    source="RFC 3261 section 22.3",
    situation="challenged-bye",
    judge=_judge,
    mend="let credentials be for every request to the domain, and not for the first INVITE alone",
    needs="answer",
    vendors={"kamailio": "arm the failure route for requests within a dialog too (has_totag)"},
)
