"""A call, or a room, as whoever records or transcribes it sees it."""

from __future__ import annotations

from typing import Protocol

from sipdomain.twilio.webhooks.exchange import CallIdentity


class Audible(Protocol):
    """Whose audio is recorded or transcribed."""

    @property
    def session(self) -> str:
        """The name of the media session."""

    @property
    def identity(self) -> CallIdentity:
        """What its webhooks need to know."""

    @property
    def over(self) -> bool:
        """Whether the call has ended."""

    @property
    def answered_at(self) -> float | None:
        """When it was answered, or None."""
