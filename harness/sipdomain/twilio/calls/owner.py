"""Who has a leg dialled, and hears what becomes of it."""

from __future__ import annotations

from typing import Protocol

from sipdomain.twilio.engine.turn import Then, Turn


class Owner(Protocol):
    """What the leg of a `<Dial>` reports; after `ended` or `redirected` nothing more."""

    def rang(self, turn: Turn) -> None:
        """The phone rings; said once."""

    def early(self, turn: Turn) -> None:
        """The phone plays something before it answers; said once."""

    def answered(self, turn: Turn) -> None:
        """The phone answered; what its party is to hear alone comes first."""

    def ready(self, turn: Turn) -> None:
        """The leg may be connected to the caller."""

    def redirected(self, turn: Turn) -> None:
        """The leg goes on by a document of its own, without the caller."""

    def transfer(self, to: str) -> Then | None:
        """Return what to do when the phone wants the caller moved to somebody; None when that is not allowed."""

    def ended(self, turn: Turn) -> None:
        """The leg is over; its record says how."""
