"""Corruption: the datagram arrives with some of its bytes changed."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.faults.fault import Fault, Moment, Passage, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrupt(Fault):
    """Change bytes of datagrams, as broken middleboxes do; UDP's checksum sees to what happens on a cable.

    Attributes:
        octets: How many bytes, at most 100; the same one may be hit twice.
    """

    octets: int = key("How many bytes.", default=1, least=1, most=100)

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through, changed; an empty one stays empty."""
        changed = bytearray(data)
        for _ in range(self.octets if data else 0):
            changed[moment.rng.randrange(len(changed))] ^= moment.rng.randrange(1, 256)
        return [Passage(0.0, bytes(changed), moment.binding)]
