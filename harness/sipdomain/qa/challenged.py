"""Challenges to requests of a call, and the requests that answer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen, credentials
from sipdomain.qa.verdict import Verdict, failed, passed, unclear
from sipdomain.qa.wire import Wire
from sipdomain.sip.digest import Challenge, Credentials

_FIELDS: Final = ("proxy-authenticate", "proxy-authorization", "cseq")


@dataclass(frozen=True, slots=True)
class Challenged:
    """A challenge and its answer.

    Attributes:
        first: The INVITE that was challenged.
        response: The 407, or 401.
        challenge: What it asked for.
        request: The INVITE with credentials.
        credentials: These.
    """

    first: Wire
    response: Wire
    challenge: Challenge
    request: Wire
    credentials: Credentials


def challenged(seen: Seen) -> Challenged | None:
    """Return the first challenge that was answered by credentials in its own call, or None."""
    for call in seen.calls:
        for response in call.responses("INVITE", least=400):
            challenge = _challenge(response)
            first = next((each for each in call.invites if each.cseq == response.cseq), None)
            if challenge is None or first is None:
                continue
            later = [each for each in call.invites if each.at >= response.at and each is not first]
            for request in later:
                given = credentials(request)
                if given is not None:
                    return Challenged(first, response, challenge, request, given)
    return None


def _challenge(response: Wire) -> Challenge | None:
    text = response.header("proxy-authenticate") or response.header("www-authenticate")
    try:
        return Challenge.parse(text) if text else None
    except RemoteProtocolError:
        return None


@dataclass(frozen=True, slots=True)
class Again:
    """A challenge to an INVITE that had credentials, and what came after it.

    Attributes:
        response: The challenge.
        challenge: What it asked for.
        request: The next INVITE of that call, or None.
        given: Its credentials, or None.
    """

    response: Wire
    challenge: Challenge
    request: Wire | None
    given: Credentials | None


def again(seen: Seen) -> Again | None:
    """Return the first challenge to an INVITE that had credentials, or None."""
    for call in seen.calls:
        for response in call.responses("INVITE", least=400):
            challenge = _challenge(response)
            refused = next((each for each in call.invites if each.cseq == response.cseq), None)
            if challenge is None or refused is None or credentials(refused) is None:
                continue
            later = [
                each for each in call.invites if each.at >= response.at and each.cseq[0] > refused.cseq[0]
            ]
            request = later[0] if later else None
            return Again(response, challenge, request, credentials(request) if request is not None else None)
    return None


def answers_in_call(method: str, *, name: str, what: str, situation: str) -> Check:
    """Return the check whether a 407 to a request within a call is answered (RFC 3261 section 22.3).

    Args:
        method: Of the request: "BYE" or "INVITE".
        name: Of the check.
        what: What a PBX does that passes it.
        situation: In which the challenge comes.
    """

    def judge(seen: Seen) -> Verdict:
        for call in seen.answered:
            requests = [each for each in call.requests(method) if each.to_tag]
            within = {each.cseq for each in requests}
            challenge = next(
                (each for each in call.responses(method) if each.status == 407 and each.cseq in within), None
            )
            if challenge is None:
                continue
            again = next((each for each in requests if each.cseq[0] > challenge.cseq[0]), None)
            if again is None:
                said = f"the challenge to its {method} within the call was not answered"
                return failed(said, challenge, fields=_FIELDS)
            if credentials(again) is None:
                said = f"the {method} after the challenge has no credentials"
                return failed(said, challenge, again, fields=_FIELDS)
            return passed(f"the {method} was sent again with credentials", challenge, again, fields=_FIELDS)
        return unclear(f"no {method} of the PBX within the call was challenged")

    return Check(
        name=name,
        level="should",
        what=what,
        source="RFC 3261 section 22.3",
        situation=situation,
        judge=judge,
        mend="let credentials be for every request to the domain, and not for the first INVITE alone",
        needs="answer",
        vendors={"kamailio": "arm the failure route for requests within a dialog too (has_totag)"},
    )
