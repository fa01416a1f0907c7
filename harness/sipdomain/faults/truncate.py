"""Truncation: the datagram arrives without its end, as one whose later fragments were lost, and that is not kept back."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.faults.fault import Fault, Moment, Passage, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncate(Fault):
    """Cut datagrams off.

    Attributes:
        octets: How many bytes of one arrive at most, up to 65,535.
    """

    octets: int = key("How many bytes of one arrive at most.", least=0, most=65_535)

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let its beginning through."""
        return [Passage(0.0, data[: self.octets], moment.binding)]
