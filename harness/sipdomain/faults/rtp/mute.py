"""A microphone that is off: packets come, and nothing is heard in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sipdomain.faults.fault import Fault, Moment, Passage

_HEADER: Final = 12
_SILENCE: Final = {0: b"\xff", 8: b"\xd5"}
"""The byte that is silence, of PCMU and of PCMA (RFC 3551 section 4.5.14)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute(Fault):
    """Silence what is said, in PCMU and PCMA; what SRTP hides is left alone, for a changed packet would be dropped."""

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through, silent."""
        silence = _SILENCE.get(data[1] & 0x7F) if len(data) > _HEADER else None
        # One frame of SRTP is longer by its tag: it has no whole number of milliseconds (8 bytes each).
        if silence is not None and (len(data) - _HEADER) % 8 == 0:
            data = data[:_HEADER] + silence * (len(data) - _HEADER)
        return [Passage(0.0, data, moment.binding)]
