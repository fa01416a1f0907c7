"""Another SSRC: the stream goes on under another identifier, as when a sender begins anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sipdomain.faults.fault import Fault, Moment, Passage

_PLACE: Final = slice(8, 12)
_HEADER: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Ssrc(Fault):
    """Give packets another SSRC, the same for all of a stream (RFC 3550 section 8.2); SRTP drops them."""

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through with each bit of its SSRC the other way round."""
        if len(data) >= _HEADER:
            data = data[:8] + bytes(each ^ 0xFF for each in data[_PLACE]) + data[_HEADER:]
        return [Passage(0.0, data, moment.binding)]
