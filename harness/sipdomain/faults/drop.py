"""Loss: the datagram never arrives."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.faults.fault import Fault, Moment, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop(Fault):
    """Lose datagrams."""

    def strike(self, _data: bytes, _: Moment) -> list[Passage]:
        """Let nothing through."""
        return []
