"""What the REST API asks of conferences and of those who are in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from sipdomain.twilio.calls.orders import Switchboard
from sipdomain.twilio.rooms.conference import ParticipantChange


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceOrder:
    """What a conference is to do.

    Attributes:
        sid: The conference.
        ends: Whether it ends.
        announce_url: A document that all are to hear, or "".
        announce_method: How it is asked.
    """

    sid: str
    ends: bool = False
    announce_url: str = ""
    announce_method: str = "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantOrder:
    """What becomes of a participant.

    Attributes:
        sid: The conference.
        call_sid: The participant.
        leaves: Whether it is taken out, and goes on with its document.
        change: What changes of it.
        wait_url: What it hears while it is kept apart; None for music of our own.
        wait_method: How that is asked.
        announce_url: A document that it alone is to hear, or "".
        announce_method: How it is asked.
    """

    sid: str
    call_sid: str
    leaves: bool = False
    change: ParticipantChange = field(default_factory=ParticipantChange)
    wait_url: str | None = None
    wait_method: str = "GET"
    announce_url: str = ""
    announce_method: str = "POST"


class RoomSwitchboard(Switchboard, Protocol):
    """Who carries calls and conferences, as the REST API sees it."""

    def change_conference(self, order: ConferenceOrder) -> None:
        """Change a conference; nothing happens when it is over by then."""

    def change_participant(self, order: ParticipantOrder) -> None:
        """Change a participant; nothing happens when it is gone by then."""
