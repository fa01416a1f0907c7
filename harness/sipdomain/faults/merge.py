"""Messages that arrive together, as TCP may join what is sent one after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.faults.fault import OVER, STREAMS, Fault, Moment, Passage, Transport, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Fault):
    """Hold messages of a stream up until the next beat, at which all that came arrive at once, as one piece.

    Attributes:
        within: How far the beats are apart, in seconds, up to 60.
    """

    ANYWHERE: ClassVar[frozenset[Transport]] = STREAMS
    over: frozenset[Transport] = key(OVER, default=STREAMS)
    within: float = key(
        "How far apart the beats are at which they arrive, in seconds.", default=0.1, least=0, most=60
    )

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through at the next beat."""
        if not self.within:
            return [Passage(0.0, data, moment.binding)]
        return [Passage(-moment.now % self.within, data, moment.binding)]
