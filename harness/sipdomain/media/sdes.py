"""The keys of SRTP in a session description: a=crypto lines (RFC 4568), in the suites that the service takes."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Self

from sipdomain.errors import MediaError

SUITES: Final = ("AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32")
"""What the service documents (https://www.twilio.com/docs/voice/api/secure-media), the better first."""
KEY_LENGTH: Final = 30
"""Bytes of a master key, 16, and of its salt, 14: the same in both suites (RFC 4568 section 6.2)."""
_TAG: Final = re.compile(r"[0-9]{1,9}")
# A name that goes into messages has an underscore, which no base64 text has: a key is never taken for one.
_SUITE: Final = re.compile(r"(?=[A-Z0-9]*_)[A-Z0-9_]{1,40}", re.IGNORECASE)
_KEY: Final = re.compile(r"(inline(?::|%(?:25)*3a))[^\s|;\"\\]+", re.IGNORECASE)
_MOST: Final = 32
"""How many a=crypto lines of a stream are looked at; a phone offers two to eight."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """What one side protects its packets with. It is never printed.

    Attributes:
        suite: One of `SUITES`.
        value: The master key and its salt, 30 bytes.
    """

    suite: str
    value: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Crypto:
    """One a=crypto line that can be worked with.

    Attributes:
        tag: Its number, by which an answer names the line of the offer that it accepts.
        key: The suite, and the key of whoever wrote the line.
    """

    tag: str
    key: MasterKey

    @classmethod
    def parse(cls, value: str) -> Self:
        """Read what follows `a=crypto:`. A lifetime is passed over; an MKI cannot be worked with.

        Raises:
            MediaError: It says something else, or something that the service does not take; without the key.
        """
        parts = value.split()
        if len(parts) < 3 or not _TAG.fullmatch(parts[0]):
            raise MediaError("a crypto line has a number, a suite and a key")
        tag, suite, keys, *parameters = parts
        if suite.upper() not in SUITES:
            raise MediaError(
                f"crypto {tag}: {suite if _SUITE.fullmatch(suite) else 'its suite'} is not taken"
            )
        method, _, text = keys.partition(":")
        if method.lower() != "inline":
            raise MediaError(f"crypto {tag}: no inline key")
        text, *about = text.split("|")
        if ";" in keys or any(":" in each for each in about):
            raise MediaError(f"crypto {tag}: an MKI is not taken")
        # A window size is a hint, and what begins with - may be passed over (RFC 4568 section 6.3).
        if not all(each.upper().startswith(("WSH=", "-")) for each in parameters):
            raise MediaError(f"crypto {tag}: its session parameters are not taken")
        return cls(tag, MasterKey(suite.upper(), _decoded(tag, text)))

    def __str__(self) -> str:
        """Return what follows `a=crypto:`, key and all: for the wire alone."""
        return f"{self.tag} {self.key.suite} inline:{base64.b64encode(self.key.value).decode()}"


def _decoded(tag: str, text: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MediaError(f"crypto {tag}: the key is not base64") from None
    if len(value) != KEY_LENGTH:
        raise MediaError(f"crypto {tag}: the key has {len(value)} bytes, not {KEY_LENGTH}")
    return value


def choose(values: Iterable[str]) -> Crypto:
    """Return the first line that can be worked with, as the answerer does (RFC 4568 section 5.1.2).

    Args:
        values: What follows `a=crypto:` in each line, in order.

    Raises:
        MediaError: There is none; it says what is wrong with each.
    """
    reasons: list[str] = []
    for value in list(values)[:_MOST]:
        try:
            return Crypto.parse(value)
        except MediaError as error:
            reasons.append(str(error))
    raise MediaError("; ".join(reasons)[:300] or "there is no crypto line")


def hide_keys(text: str) -> str:
    """Return a text, plain or as JSON, in which eight asterisks stand for each key of an a=crypto line."""
    return _KEY.sub(r"\g<1>********", text)


class OwnKeys:
    """Our own master keys in one session: one for each suite, drawn when it is needed first, and then kept."""

    def __init__(self, draw: Callable[[int], bytes]) -> None:
        """Begin without keys.

        Args:
            draw: Returns that many random bytes.
        """
        self._draw = draw
        self._keys: dict[str, MasterKey] = {}

    def key(self, suite: str) -> MasterKey:
        """Return the key for a suite."""
        found = self._keys.get(suite)
        if found is None:
            found = self._keys[suite] = MasterKey(suite, self._draw(KEY_LENGTH))
        return found
