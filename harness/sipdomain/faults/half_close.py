"""A connection that is half open: after a message its sender sends no more by it (RFC 9293 section 3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.faults.fault import OVER, STREAMS, Fault, Moment, Passage, Transport, key


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfClose(Fault):
    """Let the sender of a message end its half of the connection after it."""

    ANYWHERE: ClassVar[frozenset[Transport]] = STREAMS

    over: frozenset[Transport] = key(OVER, default=STREAMS)

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through, and end the half of its sender."""
        return [Passage(0.0, data, moment.binding, "half-close")]
