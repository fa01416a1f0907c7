"""A message that arrives in pieces, as TCP may cut it anywhere (RFC 9293 section 3.8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from sipdomain.faults.fault import STREAMS, Bounds, Fault, Moment, Passage

_MOST_PIECES: Final = 100
"""A message is not cut into more pieces, however small they ought to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Fault):
    """Cut messages of a stream into pieces.

    Attributes:
        octets: How many bytes a piece has, from 1 to 65,535.
        gap: How much later each comes than the one before it, in seconds, up to 60.
    """

    ANYWHERE: ClassVar[frozenset[str]] = STREAMS
    BOUNDS: ClassVar[Bounds] = {"octets": (1, 65_535), "gap": (0.0, 60.0)}

    over: frozenset[str] = STREAMS
    octets: int = 100
    gap: float = 0.01

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through piece by piece, in no more than 100 pieces."""
        size = max(self.octets, -(-len(data) // _MOST_PIECES))
        return [
            Passage(number * self.gap, data[start : start + size], moment.binding)
            for number, start in enumerate(range(0, len(data), size))
        ]
