"""A stale nonce is a reason to try once more."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.challenged import again
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_FIELDS: Final = ("proxy-authenticate", "proxy-authorization")


def _judge(seen: Seen) -> Verdict:
    found = again(seen)
    if found is None:
        return unclear("no credentials were said to be stale")
    if found.given is None or found.request is None:
        return failed("nothing came after the challenge with stale=true", found.response, fields=_FIELDS)
    if found.given.nonce != found.challenge.nonce:
        said = "the next INVITE has the old nonce"
        return failed(said, found.response, found.request, fields=_FIELDS)
    if found.given.nc != "00000001":
        said = f"the new nonce is used with nc={found.given.nc}"
        return failed(said, found.response, found.request, fields=_FIELDS)
    return passed(
        "the next INVITE has the new nonce, and nc=00000001", found.response, found.request, fields=_FIELDS
    )


CHECK: Final = Check(
    name="stale-nonce",
    level="must",
    what="tries once more when its nonce is stale: with the new one, and nc=00000001",
    source="RFC 7616 section 3.3; RFC 3261 section 22.1",
    situation="stale-nonce",
    judge=_judge,
    mend="this is the stack's own work: update it; what counts tries must not count stale ones",
)
