"""Keys whose end is lost: of a telephone-event no packet with the E bit arrives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sipdomain.faults.fault import Fault, Moment, Passage

_HEADER: Final = 12
_EVENT: Final = 4
"""How many bytes a telephone-event has (RFC 4733 section 2.3); no frame of audio is as short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEnds(Fault):
    """Lose the packets that end a key, as many as there are; what SRTP hides is left alone."""

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through, unless it ends a key."""
        ends = len(data) == _HEADER + _EVENT and data[_HEADER + 1] & 0x80
        return [] if ends else [Passage(0.0, data, moment.binding)]
