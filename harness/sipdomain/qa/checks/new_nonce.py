"""A new nonce without stale is a reason to try once more, where a stack likes to."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.challenged import again
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, not_run, passed, unclear

_FIELDS: Final = ("proxy-authenticate", "proxy-authorization")


def _judge(seen: Seen) -> Verdict:
    found = again(seen)
    if found is None:
        return unclear("no credentials were answered with a new nonce")
    if found.given is None or found.request is None:
        # RFC 3261 section 22.1 asks for no retry where stale is absent: a strict stack is right to stop.
        return not_run(
            "the PBX stops at a new nonce without stale, as RFC 3261 section 22.1 allows: a call is lost then"
        )
    return passed("the next INVITE has credentials again", found.response, found.request, fields=_FIELDS)


CHECK: Final = Check(
    name="new-nonce",
    level="should",
    what="tries once more when the nonce is a new one, though stale is absent: the service never sends it",
    source="RFC 7616 section 3.3; assumed of the service",
    situation="new-nonce",
    judge=_judge,
    mend="nothing, where the stack is strict",
    optional=True,
)
