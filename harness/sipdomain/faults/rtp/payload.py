"""A wrong payload number: packets of a format that nobody agreed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.faults.fault import Bounds, Fault, Moment, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload(Fault):
    """Give packets another payload number: they arrive, and are not understood.

    Attributes:
        number: The number, from 0 to 127.
    """

    BOUNDS: ClassVar[Bounds] = {"number": (0, 127)}

    number: int = 127

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through with the other number; the marker stays."""
        changed = data[:1] + bytes([data[1] & 0x80 | self.number]) + data[2:] if len(data) > 1 else data
        return [Passage(0.0, changed, moment.binding)]
