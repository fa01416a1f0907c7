"""Duplication: the datagram arrives, and copies of it a little later."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.faults.fault import Fault, Moment, Passage, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate(Fault):
    """Deliver datagrams more than once.

    Attributes:
        copies: How many times more, at most 10.
        within: How much later a copy may come, in seconds, at most 60.
    """

    copies: int = key("How many times more.", default=1, least=1, most=10)
    within: float = key("How much later a copy may come, in seconds.", default=0.1, least=0, most=60)

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through at once, and each copy at a moment of its own."""
        return [
            Passage(0.0, data, moment.binding),
            *(
                Passage(moment.rng.uniform(0.0, self.within), data, moment.binding)
                for _ in range(self.copies)
            ),
        ]
