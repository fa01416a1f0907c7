"""A challenge to a re-INVITE is answered as well."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen, credentials
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_FIELDS: Final = ("proxy-authenticate", "proxy-authorization", "cseq")


def _judge(seen: Seen) -> Verdict:
    for call in seen.answered:
        within = {each.cseq for each in call.reinvites}
        challenge = next(
            (each for each in call.responses("INVITE") if each.status == 407 and each.cseq in within), None
        )
        if challenge is None:
            continue
        later = [each for each in call.reinvites if each.cseq[0] > challenge.cseq[0]]
        if not later:
            return failed(
                "the challenge to its INVITE within the call was not answered", challenge, fields=_FIELDS
            )
        if credentials(later[0]) is None:
            return failed(
                "the INVITE after the challenge has no credentials", challenge, later[0], fields=_FIELDS
            )
        return passed("the INVITE was sent again with credentials", challenge, later[0], fields=_FIELDS)
    return unclear("no INVITE of the PBX within the call was challenged")


CHECK: Final = Check(
    name="answers-407-to-reinvite",
    level="should",
    what="answers a challenge to an INVITE within the call, such as its hold",
    source="RFC 3261 section 22.3",
    situation="challenged-hold",
    judge=_judge,
    mend="let credentials be for every request to the domain, and not for the first INVITE alone",
    needs="answer",
    vendors={"kamailio": "arm the failure route for requests within a dialog too (has_totag)"},
)
