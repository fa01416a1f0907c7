"""Answers to 401 and 407: once for each nonce, with nonce counts, and not for ever (RFC 3261 section 22)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.digest import Challenge, answer_challenge
from sipdomain.sip.headers import Headers
from sipdomain.sip.message import Response

MAX_TRIES: Final = 3
"""How many challenged requests of one call are sent again with credentials."""
AUTHORIZATION: Final = {
    401: ("www-authenticate", "Authorization"),
    407: ("proxy-authenticate", "Proxy-Authorization"),
}


@dataclass(slots=True)
class _Space:
    """A protection space that we answer for, and how often its nonce was used."""

    challenge: Challenge
    count: int = 0


class CredentialsKeeper:
    """The challenges of one call. A new nonce replaces the old one of its realm."""

    def __init__(self, username: str, password: str, new_cnonce: Callable[[], str]) -> None:
        self._username = username
        self._password = password
        self._new_cnonce = new_cnonce
        self._spaces: dict[tuple[str, str], _Space] = {}
        self._tries = 0

    def accept(self, response: Response) -> str:
        """Take up the challenges of a 401 or 407.

        A new nonce is answered whether or not it is marked stale: there are servers whose challenges have no
        stale parameter, so that a late nonce looks like a wrong password.

        Returns:
            "" when the request may be sent again, else why not.
        """
        challenge_name, authorization = AUTHORIZATION[response.status]
        if self._tries >= MAX_TRIES:
            return f"challenged again after {MAX_TRIES} tries"
        reason = f"{response.status} without {challenge_name}"
        fresh: dict[tuple[str, str], _Space] = {}
        for text in response.headers.all(challenge_name):
            try:
                challenge = Challenge.parse(text)
                answer_challenge(challenge, method="", uri="", username="", password="", cnonce="")
            except RemoteProtocolError as error:
                reason = str(error)
                continue
            key = (authorization, challenge.realm)
            known = self._spaces.get(key)
            if known is not None and known.challenge.nonce == challenge.nonce:
                reason = "credentials refused: the same nonce came again"
            else:
                # Of several challenges for one realm the first that can be answered counts.
                fresh.setdefault(key, _Space(challenge))
        if not fresh:
            return reason
        self._spaces |= fresh
        self._tries += 1
        return ""

    def headers(self, method: str, uri: str) -> list[tuple[str, str]]:
        """Return the header fields that answer every challenge so far; each counts its nonce up."""
        fields: list[tuple[str, str]] = []
        for (name, _), space in self._spaces.items():
            space.count += 1
            fields.append((name, self._answer(space.challenge, method, uri, space.count)))
        return fields

    def _answer(self, challenge: Challenge, method: str, uri: str, count: int) -> str:
        credentials = answer_challenge(
            challenge,
            method=method,
            uri=uri,
            username=self._username,
            password=self._password,
            cnonce=self._new_cnonce(),
            count=count,
        )
        return str(credentials)


def credentials_of(headers: Headers) -> list[tuple[str, str]]:
    """Return the credentials in a request, which its ACK has to repeat (RFC 3261 section 13.2.2.4)."""
    return [
        (name, value) for name, value in headers if name.lower() in {"authorization", "proxy-authorization"}
    ]
