"""Hide passwords, tokens, digest responses and media keys, and make foreign text safe for a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from harness.media.sdes import hide_keys

HIDDEN = "********"
# `response` of RFC 7616 and what follows `Basic` in an Authorization or Proxy-Authorization header field.
_DIGEST = re.compile(r'(\bresponse\s*=\s*")[0-9a-fA-F]*(")')
_BASIC = re.compile(r"(\bBasic\s+)[A-Za-z0-9+/=_-]{6,}")
# USER:PASSWORD@ in a URL.
_USERINFO = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^/\s:@]*:)[^/\s@]*(@)")
SHORTEST = 4
"""Secrets shorter than this are not masked: they would blot out ordinary words."""

Mask = Callable[[str], str]


def masking(secrets: Iterable[str]) -> Mask:
    """Return a function that hides these secrets, and all that has the form of a credential.

    Args:
        secrets: Passwords and tokens.
    """
    known = sorted((each for each in secrets if len(each) >= SHORTEST), key=len, reverse=True)
    words = re.compile("|".join(map(re.escape, known))) if known else None

    def mask(text: str) -> str:
        hidden = words.sub(HIDDEN, text) if words else text
        hidden = hide_keys(hidden)
        hidden = _DIGEST.sub(rf"\g<1>{HIDDEN}\g<2>", hidden)
        return _USERINFO.sub(rf"\g<1>{HIDDEN}\g<2>", _BASIC.sub(rf"\g<1>{HIDDEN}", hidden))

    return mask


def printable(text: str) -> str:
    """Return a text on one line in which no character steers the terminal."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )
