"""Delay: the datagram arrives later, by the same time each; of chosen messages, with `of`."""

from __future__ import annotations

import random
from dataclasses import dataclass

from sipdomain.faults.fault import Fault, Passage, in_range


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay(Fault):
    """Deliver datagrams late.

    Attributes:
        by: By how much, in seconds, up to 300.
    """

    by: float

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        Fault.__post_init__(self)
        in_range("by", self.by, 0.0, 300.0)

    def strike(self, data: bytes, rng: random.Random) -> list[Passage]:  # noqa: ARG002 - nothing is left to chance
        """Let it through later."""
        return [Passage(self.by, data)]
