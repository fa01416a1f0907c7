"""Logging in to a customer's server with the user name and password of a URL: Basic (RFC 7617) or Digest (RFC 7616)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.digest import Challenge, answer_challenge
from sipdomain.sip.grammar import split_list

_SCHEME: Final = re.compile(r"([A-Za-z0-9\-.!#$&%*_+^|`'~]+)(?:[ \t]+(?!=)|\Z)")
"""How a list element begins that begins a challenge: after a parameter's name comes "="."""
_PORTS: Final = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """What a login is good for: nothing else ever gets to see it."""

    scheme: str
    host: str
    port: int


def origin_of(parts: SplitResult) -> Origin:
    """Return the origin that a URL names; raises ValueError for a port that is none."""
    return _origin(parts.scheme, parts.netloc)


@lru_cache(maxsize=64)
def _origin(scheme: str, netloc: str) -> Origin:
    parts = SplitResult(scheme, netloc, "", "", "")
    return Origin(scheme, parts.hostname or "", parts.port or _PORTS.get(scheme, 0))


def without_login(url: str) -> str:
    """Return a URL without its user name and password, for another server to read; one that is not valid as it is."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if parts.netloc else url


class Login:
    """A user name and password, once a server has asked for them; then for every request to its origin."""

    __slots__ = ("_challenge", "_count", "_new_cnonce", "_password", "_username")

    def __init__(
        self, username: str, password: str, challenge: Challenge | None, new_cnonce: Callable[[], str]
    ) -> None:
        """Answer a Digest challenge, or Basic where there is none."""
        self._username = username
        self._password = password
        self._challenge = challenge
        self._new_cnonce = new_cnonce
        self._count = 0

    @property
    def nonce(self) -> str:
        """The server's nonce; "" for Basic."""
        return "" if self._challenge is None else self._challenge.nonce

    @property
    def stale(self) -> bool:
        """Whether the server said that the nonce alone was wrong, and not the password."""
        return self._challenge is not None and self._challenge.stale

    def header(self, method: str, target: str) -> str:
        """Return the value of Authorization for a request; a Digest counts its nonce up.

        Args:
            method: "GET" or "POST".
            target: The path and query of the request line.
        """
        if self._challenge is None:
            pair = f"{self._username}:{self._password}".encode("utf-8", "surrogateescape")
            return "Basic " + base64.b64encode(pair).decode()
        self._count += 1
        credentials = answer_challenge(
            self._challenge, method=method, uri=target, username=self._username, password=self._password,
            cnonce=self._new_cnonce(), count=self._count,
        )  # fmt: skip
        return str(credentials)


def log_in(parts: SplitResult, asked: Iterable[str], new_cnonce: Callable[[], str]) -> Login | None:
    """Answer a 401 with the user name and password of its URL.

    Args:
        parts: The URL that was asked.
        asked: The values of WWW-Authenticate.
        new_cnonce: Makes the client's nonces.

    Returns:
        The answer to the strongest challenge that can be answered (MD5 with qop auth or none, then Basic); None
        when there is none, or nothing to answer with.
    """
    if parts.username is None:
        return None
    username, password = unquote(parts.username), unquote(parts.password or "")
    basic = False
    for scheme, text in _challenges(asked):
        if scheme == "basic":
            basic = True
            continue
        try:
            challenge = Challenge.parse(text)
            answer_challenge(challenge, method="", uri="", username="", password="", cnonce="")
        except RemoteProtocolError:
            continue
        return Login(username, password, challenge, new_cnonce)
    return Login(username, password, None, new_cnonce) if basic else None


def why_refused(parts: SplitResult, asked: Sequence[str]) -> str:
    """Return in words what a 401 that ends an exchange wants, and what to change.

    Args:
        parts: The URL that was asked.
        asked: The values of WWW-Authenticate.
    """
    if not asked:
        return "without WWW-Authenticate, so that no login is tried"
    if parts.username is None:
        return "the server wants a login: write https://USER:PASSWORD@HOST/ into the URL"
    if log_in(parts, asked, str) is not None:
        return "the server refused the user name and password of the URL"
    named = (
        ", ".join(dict.fromkeys(scheme.capitalize() for scheme, _ in _challenges(asked)))[:80]
        or "nothing known"
    )
    return f"the server asks for {named}; a URL's login is Basic, or Digest with MD5 and qop=auth"


def _challenges(asked: Iterable[str]) -> list[tuple[str, str]]:
    """Return each challenge and its scheme: several may stand in one field (RFC 9110 section 11.6.1)."""
    found: list[tuple[str, str]] = []
    for value in asked:
        begun = False
        for element in split_list(value):
            scheme = _SCHEME.match(element)
            if scheme is not None:
                found.append((scheme[1].lower(), element))
            elif begun:
                found[-1] = (found[-1][0], f"{found[-1][1]}, {element}")
            begun = begun or scheme is not None
    return found
