"""The CSeq header field (RFC 3261 section 20.16)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from sipdomain.errors import RemoteProtocolError

_CSEQ: Final = re.compile(r"\s*(\d{1,10})\s+([A-Za-z0-9\-.!%*_+`'~]+)\s*", re.ASCII)
_LONGEST_CACHED: Final = 32


@dataclass(frozen=True, slots=True)
class CSeq:
    """A request's number and method.

    Attributes:
        number: 0 to 2**31 - 1.
        method: As written: methods are case-sensitive.
    """

    number: int
    method: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a CSeq.

        Raises:
            RemoteProtocolError: Not a number and a method, or a number of 2**31 or more.
        """
        match = _CSEQ.fullmatch(text)
        if match is None:
            raise RemoteProtocolError(f"not a CSeq: {text[:60]!r}")
        number = int(match[1])
        if number >= 2**31:
            raise RemoteProtocolError(f"CSeq number {number} is not below 2**31")
        return cls(number, match[2])

    def __str__(self) -> str:
        """Return the value as text."""
        return f"{self.number} {self.method}"


@lru_cache(maxsize=1024)
def _remembered(text: str) -> CSeq:
    return CSeq.parse(text)


def parse_cseq(text: str) -> CSeq:
    """Parse a CSeq, remembering the last 1,024 texts of usual length.

    Raises:
        RemoteProtocolError: As `CSeq.parse`.
    """
    return _remembered(text) if len(text) <= _LONGEST_CACHED else CSeq.parse(text)
