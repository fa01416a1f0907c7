"""A challenge to a call's INVITE and the INVITE that answers it."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.errors import RemoteProtocolError
from sipdomain.qa.seen import Seen, credentials
from sipdomain.qa.wire import Wire
from sipdomain.sip.digest import Challenge, Credentials


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
