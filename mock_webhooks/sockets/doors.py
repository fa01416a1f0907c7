"""Bots as a scenario or a test writes them down, by their paths; each connection has a bot of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from mock_webhooks.replies import ReplyError
from mock_webhooks.signature import HEADER, SignatureChecker
from mock_webhooks.sockets import BOTS
from mock_webhooks.sockets.bot import Bot, Voice

MOST_KEPT: Final = 100
"""How many bots are kept, for tests to look at."""
_EVERY: Final = frozenset({"close_after", "signed", "auth_token"})
"""The options that every bot has."""


class Door:
    """What answers at one path.

    Attributes:
        bots: The bots that were made, the latest last.
    """

    def __init__(
        self, kind: str, options: Mapping[str, Any], voice: Voice, checker: SignatureChecker | None
    ) -> None:
        self._kind = BOTS[kind]
        self._options = {key: value for key, value in options.items() if key not in {"signed", "auth_token"}}
        self._signed = bool(options.get("signed")) and options.get("fault") != "unsigned"
        self._voice = voice
        token = options.get("auth_token")
        self._checker = checker if token is None else SignatureChecker(str(token))
        first = self._kind(voice, self._options)
        self.hangs = first.hangs
        self._status = first.status
        self.bots: deque[Bot] = deque(maxlen=MOST_KEPT)

    def make(self) -> Bot:
        """Return a bot for one connection."""
        bot = self._kind(self._voice, self._options)
        self.bots.append(bot)
        return bot

    def status_for(self, url: str, headers: Sequence[tuple[str, str]]) -> int:
        """Return the HTTP status with which a handshake is refused; 0 when it is not.

        Args:
            url: As it was requested, ws: or wss:.
            headers: Its header fields.
        """
        return 403 if self._signed and not self._is_valid(url, headers) else self._status

    def _is_valid(self, url: str, headers: Sequence[tuple[str, str]]) -> bool:
        """Return whether a handshake is signed right; none is where nothing is known to check it with."""
        given = next((value for name, value in headers if name.lower() == HEADER.lower()), "")
        return self._checker is not None and self._checker.of(*_folded(url), given) == "valid"


def _folded(url: str) -> tuple[str, list[tuple[str, str]]]:
    """Return a URL as a socket's signature has it: without its query, and the pairs of that as parameters."""
    bare, _, query = url.partition("?")
    return bare, parse_qsl(query, keep_blank_values=True)


def read_bots(
    written: Mapping[str, Mapping[str, Any]], voice: Voice, checker: SignatureChecker | None
) -> dict[str, Door]:
    """Check bots and return what answers at each path.

    Args:
        written: For each path the `kind` of a bot and its options.
        voice: Says words.
        checker: Checks signatures, or None.

    Raises:
        ReplyError: Something is written wrongly.
    """
    return {path: _door(path, each, voice, checker) for path, each in written.items()}


def _door(path: str, written: Mapping[str, Any], voice: Voice, checker: SignatureChecker | None) -> Door:
    if not path.startswith("/") or set(path) & set("?#<> "):
        raise ReplyError("", f"{path!r} is not a path; write it as /bot", (path,))
    options = {key: value for key, value in written.items() if key != "kind"}
    kind = written.get("kind")
    if kind not in BOTS:
        raise ReplyError(path, f"kind {kind!r} is none of {', '.join(BOTS)}", (path, "kind"))
    bot = BOTS[kind]
    known = bot.known | _EVERY
    if unknown := sorted(options.keys() - known):
        words = f"{unknown[0]} is unknown; a bot of kind {kind} knows {', '.join(sorted(known))}"
        raise ReplyError(path, words, (path, unknown[0]))
    if missing := sorted(name for name in bot.needed if not options.get(name)):
        raise ReplyError(path, f"a bot of kind {kind} needs {missing[0]}", (path,))
    if options.get("fault") not in (None, *bot.planted):
        raise ReplyError(path, f"fault is one of {', '.join(bot.planted)}", (path, "fault"))
    return Door(kind, options, voice, checker)
