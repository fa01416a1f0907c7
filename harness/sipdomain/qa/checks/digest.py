"""The digest is right in each of its parts."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.challenged import challenged
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear
from sipdomain.sip.digest import digest_response, hash_a1

_FIELDS: Final = ("proxy-authorization", "proxy-authenticate")


def _judge(seen: Seen) -> Verdict:
    found = challenged(seen)
    if found is None:
        return unclear("no credentials came in answer to a challenge")
    given, asked, request = found.credentials, found.challenge, found.request
    parts = (
        ("nonce", given.nonce, asked.nonce),
        ("opaque", given.opaque, asked.opaque),
        ("qop", given.qop, "auth" if "auth" in asked.qop else ""),
        ("uri", given.uri, request.request.target),
        ("nc", given.nc, "00000001" if asked.qop else ""),
        ("username", given.username, seen.setting.user),
    )
    for name, got, wanted in parts:
        if got != wanted:
            return failed(f"{name} is {got!r}, wanted is {wanted!r}", found.response, request, fields=_FIELDS)
    if asked.qop and not given.cnonce:
        return failed("there is no cnonce", request, fields=_FIELDS)
    ha1 = hash_a1(given.username, given.realm, seen.setting.password)
    if given.response.lower() != digest_response(ha1, request.method, given):
        return failed("the response is not that of this password", found.response, request, fields=_FIELDS)
    return passed("uri, qop, nc, cnonce, opaque and response are right", request, fields=_FIELDS[:1])


CHECK: Final = Check(
    name="digest",
    level="must",
    what="computes the digest: uri as the Request-URI, qop=auth, cnonce, nc=00000001, opaque as given",
    source="RFC 7616 section 3.4; RFC 2617 section 3.2.2",
    situation="call",
    judge=_judge,
    mend="compare user and password, letter by letter; what else differs is the stack's own work",
    vendors={"sipp": "-auth_uri 100@NAME.sip.twilio.com: by default SIPp writes the address it sends to"},
)
