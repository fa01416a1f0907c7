"""An INVITE within the call is answered by what it asks for."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen, description
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_ANSWERS: Final = {"sendonly": ("recvonly", "inactive"), "inactive": ("inactive",)}
_ALL: Final = 3
_FIELDS: Final = ("a=sendonly", "a=recvonly", "a=inactive", "a=sendrecv", "m=")


def _judge(seen: Seen) -> Verdict:
    told = []
    for call in seen.answered:
        for request in call.requests("INVITE", "cloud"):
            answer = call.answer_to(request)
            if answer is None:
                return failed("an INVITE within the call got no final response", request, fields=_FIELDS)
            if answer.status != 200:
                return failed(
                    f"an INVITE within the call got {answer.status}", request, answer, fields=_FIELDS
                )
            offered, got = description(request), description(answer)
            if got is None:
                return failed("the 200 has no session description", request, answer, fields=_FIELDS)
            if not any(each.at >= answer.at for each in call.requests("ACK", "cloud")):
                return unclear("the 200 was not acknowledged by the cloud", answer)
            wanted = _ANSWERS.get(offered.direction if offered is not None else "")
            if wanted and got.direction not in wanted:
                asked = offered.direction if offered is not None else ""
                return failed(f"{asked} was answered by {got.direction}", request, answer, fields=_FIELDS)
            told.append(f"{offered.direction if offered is not None else 'no offer'} by {got.direction}")
    if not told:
        return unclear("the cloud sent no INVITE within the call")
    if len(told) < _ALL:
        return unclear(f"of three INVITEs within the call only these came: {', '.join(told)}")
    return passed(f"answered were {', '.join(dict.fromkeys(told))}")


CHECK: Final = Check(
    name="answers-reinvite",
    level="must",
    what="answers INVITEs within the call: sendonly by recvonly, inactive by inactive, none by an offer",
    source="RFC 3264 sections 6.1 and 8.4; RFC 3261 section 14.2",
    situation="cloud-holds",
    judge=_judge,
    mend="let re-INVITEs of the edges reach the call, and answer hold by its direction",
    needs="answer",
    vendors={"asterisk": "direct_media=no, so that re-INVITEs stay with the PBX"},
    rules=("direct-media",),
)
