"""Loss: the datagram never arrives."""

from __future__ import annotations

import random
from dataclasses import dataclass

from sipdomain.faults.fault import Fault, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop(Fault):
    """Lose datagrams."""

    def strike(self, _data: bytes, _rng: random.Random) -> list[Passage]:
        """Let nothing through."""
        return []
