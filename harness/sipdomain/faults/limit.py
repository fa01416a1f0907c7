"""A rate limit: what comes faster waits, and what would wait too long is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.faults.fault import ALL, Fault, Moment, Passage, Transport, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Fault):
    """Carry so many bytes a second each way.

    Attributes:
        octets: How many bytes a second, from 100 to 1,000,000,000.
        queue: How long a datagram may wait before it is sent, in seconds, up to 60.
    """

    ANYWHERE: ClassVar[frozenset[Transport]] = ALL
    octets: int = key("How many bytes a second it carries each way.", least=100, most=1_000_000_000)
    queue: float = key(
        "How long one may wait before it is sent, in seconds; else it is lost.", default=1.0, least=0, most=60
    )

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through when all before it are sent."""
        start_at = max(moment.now, moment.memory.free_at)
        if start_at - moment.now > self.queue:
            return []
        moment.memory.free_at = start_at + len(data) / self.octets
        return [Passage(moment.memory.free_at - moment.now, data, moment.binding)]
