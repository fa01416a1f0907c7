"""The CSeq header field (RFC 3261 section 20.16)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

from sipdomain.errors import RemoteProtocolError

_CSEQ: Final = re.compile(r"\s*(\d{1,10})\s+([A-Za-z0-9\-.!%*_+`'~]+)\s*", re.ASCII)


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
