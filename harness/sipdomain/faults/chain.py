"""Several faults on one line, one after another."""

from __future__ import annotations

import random
from dataclasses import dataclass

from sipdomain.faults.fault import Fault, Passage, Sender


@dataclass(frozen=True, slots=True)
class Chain:
    """What a line does to datagrams; each fault sees what the one before it let through.

    Attributes:
        faults: In the order in which a datagram meets them.
    """

    faults: tuple[Fault, ...]

    def decide(
        self,
        data: bytes,
        now: float,
        rng: random.Random,
        sender: Sender | None = None,
        met: list[Fault] | None = None,
    ) -> list[Passage]:
        """Return what becomes of a datagram, the earliest first.

        Args:
            data: Its bytes.
            now: The moment at which it is sent, in seconds of the run.
            rng: What chance is drawn from.
            sender: Who sends it, where that is known.
            met: Gets the faults that changed what becomes of it.
        """
        passages = [Passage(0.0, data)]
        for fault in self.faults:
            after = [
                Passage(before.delay + after.delay, after.data)
                for before in passages
                for after in fault.decide(before.data, now, rng, sender)
            ]
            if met is not None and after != passages:
                met.append(fault)
            passages = after
        return sorted(passages, key=lambda passage: passage.delay)
