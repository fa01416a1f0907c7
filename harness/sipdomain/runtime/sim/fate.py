"""How packets of audio arrive in virtual time."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Fate(NamedTuple):
    """How a packet arrives.

    Attributes:
        delay: How much later than without faults, in seconds.
        place: By which of the places in `faults.rtp.source`, or 0 for its own.
        number: The payload number that it has then.
        other_ssrc: Whether each bit of its SSRC is the other way round.
        muted: Whether it is silent.
    """

    delay: float
    place: int
    number: int
    other_ssrc: bool
    muted: bool


class Fates(Protocol):
    """What becomes of the packets of one session."""

    def fates(self, at: float) -> tuple[Fate, ...] | None:
        """Return how the packet of a moment arrived, each copy by itself; None for as if there were no faults."""
        ...
