"""A message that arrives in pieces, as TCP may cut it anywhere (RFC 9293 section 3.8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from sipdomain.faults.fault import OVER, STREAMS, Fault, Moment, Passage, Transport, key

_MOST_PIECES: Final = 100
"""A message is not cut into more pieces, however small they ought to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Fault):
    """Cut messages of a stream into pieces.

    Attributes:
        octets: How many bytes a piece has, from 1 to 65,535.
        gap: How much later each comes than the one before it, in seconds, up to 60.
    """

    ANYWHERE: ClassVar[frozenset[Transport]] = STREAMS
    over: frozenset[Transport] = key(OVER, default=STREAMS)
    octets: int = key(
        "How many bytes a piece has; there are 100 pieces at most.", default=100, least=1, most=65_535
    )
    gap: float = key(
        "How much later each comes than the one before it, in seconds.", default=0.01, least=0, most=60
    )

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through piece by piece, in no more than 100 pieces."""
        size = max(self.octets, -(-len(data) // _MOST_PIECES))
        return [
            Passage(number * self.gap, data[start : start + size], moment.binding)
            for number, start in enumerate(range(0, len(data), size))
        ]
