"""SIDs: the names the provider gives to everything it stores."""

from __future__ import annotations

import re
from typing import Final, Protocol

_HEX: Final = re.compile(r"[0-9a-fA-F]{32}")


class Bits(Protocol):
    """A source of random bits: `random.Random(seed)` in sim, `random.SystemRandom()` live."""

    def getrandbits(self, k: int, /) -> int:
        """Return an integer of `k` random bits."""
        ...


class Ids:
    """Makes SIDs: a prefix of two capital letters and 32 lower-case hexadecimal digits.

    Source: https://www.twilio.com/docs/glossary/what-is-a-sid
    """

    __slots__ = ("_bits",)

    def __init__(self, bits: Bits) -> None:
        self._bits = bits

    def new(self, prefix: str) -> str:
        """Return a SID that was not given before.

        Args:
            prefix: AC account, SD domain, CL credential list, CR credential, AL access list, IP address,
                CA call, RQ request, ...
        """
        return f"{prefix}{self._bits.getrandbits(128):032x}"


def is_sid(prefix: str, text: str) -> bool:
    """Return whether a text has the form of a SID; the provider's own pattern allows capital digits."""
    return len(text) == 34 and text.startswith(prefix) and _HEX.fullmatch(text, 2) is not None
