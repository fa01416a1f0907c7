"""A sender whose clock goes wrong: its packets come later and later, or sooner and sooner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sipdomain.faults.fault import Fault, Moment, Passage, key

AHEAD: Final = 0.5
"""How late the first packet of a fast clock is, in seconds; when that is used up, they come in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift(Fault):
    """Let a sender's clock differ from ours. A line cannot be faster than time: of a fast clock the first packet is late.

    Attributes:
        ppm: By how many parts in a million it is slow, or fast below 0.
    """

    ppm: float = key("By how many parts in a million it is slow.", least=-100_000, most=100_000)

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through later, by what the clock is behind since the first packet."""
        if moment.memory.began_at is None:
            moment.memory.began_at = moment.now
        behind = (moment.now - moment.memory.began_at) * self.ppm / 1_000_000
        return [Passage(max(0.0, behind + (AHEAD if self.ppm < 0 else 0.0)), data, moment.binding)]
