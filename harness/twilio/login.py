"""Logging in to a customer's server with the user name and password of a URL: Basic (RFC 7617) or Digest (RFC 7616)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from harness.errors import RemoteProtocolError
from harness.sip.digest import Challenge, answer_challenge

_CHALLENGE: Final = re.compile(r"(?:^|,)\s*(basic|digest)(?=\s|,|$)", re.IGNORECASE)
_PORTS: Final = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """What a login is good for: nothing else ever gets to see it."""

    scheme: str
    host: str
    port: int


def origin_of(parts: SplitResult) -> Origin:
    """Return the origin that a URL names; raises ValueError for a port that is none."""
    return Origin(parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0))


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


def _challenges(asked: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Yield each challenge and its scheme: several may stand in one field (RFC 9110 section 11.6.1)."""
    for value in asked:
        begins = list(_CHALLENGE.finditer(value))
        ends = [match.start() for match in begins[1:]] + [len(value)]
        for match, end in zip(begins, ends, strict=True):
            yield match[1].lower(), value[match.start(1) : end].strip(" \t,")
