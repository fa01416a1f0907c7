"""A stranger's challenge is not answered."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen, credentials
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_REALM: Final = "other.example"
_FIELDS: Final = ("proxy-authenticate", "proxy-authorization", "authorization")


def _judge(seen: Seen) -> Verdict:
    for call in seen.answered:
        challenge = next((each for each in call.responses("BYE") if each.status == 407), None)
        if challenge is None:
            continue
        for request in call.requests():
            given = credentials(request)
            if given is not None and given.realm == _REALM:
                said = f"the {request.method} answers a challenge of the realm {_REALM} with the password of another one"
                return failed(said, challenge, request, fields=_FIELDS)
        return passed(f"the challenge of the realm {_REALM} was not answered", challenge, fields=_FIELDS)
    return unclear("no BYE of the PBX was challenged")


CHECK: Final = Check(
    name="own-realm-only",
    level="should",
    what="does not answer a challenge of another realm with these credentials",
    source="RFC 3261 section 22.1",
    situation="another-realm",
    judge=_judge,
    mend="name the realm sip.twilio.com beside user and password",
    needs="answer",
    vendors={
        "asterisk": "realm=sip.twilio.com in the section of type auth",
        "baresip": "none: it answers every realm",
        "pjsip": "--realm=sip.twilio.com in place of --realm=*",
    },
)
