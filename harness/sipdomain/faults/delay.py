"""Delay: the datagram arrives later, by the same time each, or by times that spread; of chosen messages, with `of`."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import ClassVar

from sipdomain.faults.fault import Bounds, Fault, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay(Fault):
    """Deliver datagrams late.

    Attributes:
        by: By how much, in seconds, up to 300; on the average, where it spreads.
        spread: The standard deviation of a normal distribution, in seconds, up to 60; none is delayed by less than 0.
    """

    BOUNDS: ClassVar[Bounds] = {"by": (0.0, 300.0), "spread": (0.0, 60.0)}

    by: float
    spread: float = 0.0

    def strike(self, data: bytes, rng: random.Random) -> list[Passage]:
        """Let it through later."""
        return [Passage(max(0.0, rng.gauss(self.by, self.spread)) if self.spread else self.by, data)]
