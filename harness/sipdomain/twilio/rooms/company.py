"""What is written down of two calls that hear each other: of each, that the two came together, or parted."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sipdomain.twilio.engine.turn import Turn
from sipdomain.voice_entries import CompanyChanged


class Side(NamedTuple):
    """One of the two: its CallSid and its SIP Call-ID."""

    call_sid: str
    call_id: str


def note(moved: Literal["joined", "left"], one: Side, other: Side, turn: Turn) -> None:
    """Write it down of both."""
    turn.out += [
        CompanyChanged(
            at=turn.now, call_sid=who.call_sid, call_id=who.call_id, moved=moved, company="call", text=whom.call_sid,
            sid=whom.call_sid,
        )
        for who, whom in ((one, other), (other, one))
    ]  # fmt: skip
