"""Duplication: the datagram arrives, and copies of it a little later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.faults.fault import Bounds, Fault, Moment, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate(Fault):
    """Deliver datagrams more than once.

    Attributes:
        copies: How many times more, at most 10.
        within: How much later a copy may come, in seconds, at most 60.
    """

    BOUNDS: ClassVar[Bounds] = {"copies": (1, 10), "within": (0.0, 60.0)}

    copies: int = 1
    within: float = 0.1

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through at once, and each copy at a moment of its own."""
        return [
            Passage(0.0, data, moment.binding),
            *(
                Passage(moment.rng.uniform(0.0, self.within), data, moment.binding)
                for _ in range(self.copies)
            ),
        ]
