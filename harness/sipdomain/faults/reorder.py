"""Reordering: the datagram takes a longer way, and later ones may overtake it."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.faults.fault import Fault, Moment, Passage, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Reorder(Fault):
    """Hold datagrams up, each for a time of its own.

    Attributes:
        within: For how long at most, in seconds, up to 60.
    """

    within: float = key("How long one is held up at most, in seconds.", default=0.1, least=0, most=60)

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through later."""
        return [Passage(moment.rng.uniform(0.0, self.within), data, moment.binding)]
