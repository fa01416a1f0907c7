"""A wrong payload number: packets of a format that nobody agreed on."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.faults.fault import Fault, Moment, Passage, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload(Fault):
    """Give packets another payload number: they arrive, and are not understood.

    Attributes:
        number: The number, from 0 to 127.
    """

    number: int = key("The payload number.", default=127, least=0, most=127)

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through with the other number; the marker stays."""
        changed = data[:1] + bytes([data[1] & 0x80 | self.number]) + data[2:] if len(data) > 1 else data
        return [Passage(0.0, changed, moment.binding)]
