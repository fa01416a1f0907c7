"""Truncation: the datagram arrives without its end, as one whose later fragments were lost, and that is not kept back."""

from __future__ import annotations

import random
from dataclasses import dataclass

from sipdomain.faults.fault import Fault, Passage, in_range


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncate(Fault):
    """Cut datagrams off.

    Attributes:
        octets: How many bytes of one arrive at most, up to 65,535.
    """

    octets: int

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        Fault.__post_init__(self)
        in_range("octets", self.octets, 0, 65_535)

    def strike(self, data: bytes, rng: random.Random) -> list[Passage]:  # noqa: ARG002 - nothing is left to chance
        """Let its beginning through."""
        return [Passage(0.0, data[: self.octets])]
