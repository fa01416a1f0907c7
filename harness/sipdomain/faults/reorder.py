"""Reordering: the datagram takes a longer way, and later ones may overtake it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.faults.fault import Bounds, Fault, Moment, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Reorder(Fault):
    """Hold datagrams up, each for a time of its own.

    Attributes:
        within: For how long at most, in seconds, up to 60.
    """

    BOUNDS: ClassVar[Bounds] = {"within": (0.0, 60.0)}

    within: float = 0.1

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through later."""
        return [Passage(moment.rng.uniform(0.0, self.within), data, moment.binding)]
