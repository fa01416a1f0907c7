"""One conference: who is in it, when it starts and ends, and who hears whom. It knows nothing of time, audio and HTTP.

Source: https://www.twilio.com/docs/voice/twiml/conference
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sipdomain.media.patchbay import Edge
from sipdomain.twilio.store.conferences import ConferenceRecord, EndReason, ParticipantRecord
from sipdomain.twiml.meeting import LARGEST_CONFERENCE

EventName = Literal[
    "conference-start", "conference-end", "participant-join", "participant-leave", "participant-mute",
    "participant-unmute", "participant-hold", "participant-unhold", "participant-modify",
]  # fmt: skip
LeaveReason = Literal[
    "participant_hung_up", "participant_updated_via_api", "moderator_ended_conference", "conference_ended_via_api"
]  # fmt: skip
Way = Literal["left", "kicked"]
Wiring = dict[tuple[str, str], Edge]
"""By source and sink, how one hears the other."""


class RefusedError(Exception):
    """A call cannot take part.

    Attributes:
        code: The provider's error code.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True, slots=True)
class Event:
    """What happened in a conference.

    Attributes:
        name: As the provider calls it.
        participant: To whom, as it was left; None when it is of the conference as such.
        reason: Why a participant left.
    """

    name: EventName
    participant: ParticipantRecord | None = None
    reason: LeaveReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantChange:
    """A change of a participant; what is None stays.

    Attributes:
        muted: Whether nobody hears it.
        hold: Whether it is kept apart.
        coached: The SID of the call that alone hears it, or "" for all.
        beep_on_exit: Whether a beep says that it goes.
        end_on_exit: Whether the conference ends with it.
    """

    muted: bool | None = None
    hold: bool | None = None
    coached: str | None = None
    beep_on_exit: bool | None = None
    end_on_exit: bool | None = None


def join(record: ConferenceRecord, comes: ParticipantRecord, most: int) -> list[Event]:
    """Let a call take part.

    The conference starts once two are present, and one of them may start it.

    Args:
        record: The conference, which is not over.
        comes: Who comes.
        most: How many there may be with it.

    Raises:
        RefusedError: 16020 it is full; 16025 the label is in use; 13240 whom it coaches is not there.
    """
    present = record.participants
    if len(present) >= min(most, LARGEST_CONFERENCE):
        raise RefusedError(16020, f"{record.friendly_name!r} has {len(present)} participants already")
    if comes.label and any(each.label == comes.label for each in present.values()):
        raise RefusedError(16025, f"the participant label {comes.label!r} is in use")
    if comes.coached and comes.coached not in present:
        raise RefusedError(13240, f"{comes.coached[:40]!r}, who is to be coached, is not in the conference")
    record.arrivals += 1
    comes.number = record.arrivals
    present[comes.call_sid] = comes
    events = [Event("participant-join", comes)]
    may_start = any(each.start_on_enter for each in present.values())
    if record.status == "init" and len(present) >= 2 and may_start:
        record.status = "in-progress"
        events.append(Event("conference-start"))
    return events


def leave(record: ConferenceRecord, call_sid: str, way: Way, reason: LeaveReason) -> list[Event]:
    """Take a call out; with the last one, or one that ends it on its exit, the conference is over.

    Args:
        record: The conference.
        call_sid: Who goes; nothing happens when it is not there.
        way: Whether it left by itself or the REST API took it out.
        reason: What callbacks say of it.
    """
    goes = record.participants.pop(call_sid, None)
    if goes is None:
        return []
    events = [Event("participant-leave", goes, reason)]
    if goes.end_on_exit:
        ending: EndReason = (
            "participant-with-end-conference-on-exit-left"
            if way == "left"
            else "participant-with-end-conference-on-exit-kicked"
        )
        record.ended_by, record.ended_by_label = call_sid, goes.label
        return [*events, *_end(record, ending, "moderator_ended_conference")]
    if not record.participants:
        record.ended_by, record.ended_by_label = call_sid, goes.label
        ending = "last-participant-left" if way == "left" else "last-participant-kicked"
        return [*events, *_end(record, ending, "moderator_ended_conference")]
    return events


def end(record: ConferenceRecord) -> list[Event]:
    """End a conference as the REST API asks; nothing happens when it is over."""
    if record.status == "completed":
        return []
    return _end(record, "conference-ended-via-api", "conference_ended_via_api")


def _end(record: ConferenceRecord, ending: EndReason, reason: LeaveReason) -> list[Event]:
    events = [Event("participant-leave", each, reason) for each in record.participants.values()]
    record.participants.clear()
    record.status, record.end_reason = "completed", ending
    return [*events, Event("conference-end")]


def change(record: ConferenceRecord, call_sid: str, wish: ParticipantChange) -> list[Event]:
    """Change a participant; what is so already makes no event, nor does one who is not there.

    Raises:
        RefusedError: 16028, whom it is to coach is not there.
    """
    one = record.participants.get(call_sid)
    if one is None:
        return []
    if wish.coached and (wish.coached == call_sid or wish.coached not in record.participants):
        raise RefusedError(16028, f"{wish.coached[:40]!r}, who is to be coached, is not in the conference")
    events: list[Event] = []
    if wish.muted is not None and wish.muted != one.muted:
        one.muted = wish.muted
        events.append(Event("participant-mute" if one.muted else "participant-unmute", one))
    if wish.hold is not None and wish.hold != one.hold:
        one.hold = wish.hold
        events.append(Event("participant-hold" if one.hold else "participant-unhold", one))
    before = (one.coached, one.beep_on_exit, one.end_on_exit)
    if wish.coached is not None:
        one.coached = wish.coached
    if wish.beep_on_exit is not None:
        one.beep_on_exit = wish.beep_on_exit
    if wish.end_on_exit is not None:
        one.end_on_exit = wish.end_on_exit
    if before != (one.coached, one.beep_on_exit, one.end_on_exit):
        events.append(Event("participant-modify", one))
    return events


def wiring(record: ConferenceRecord) -> Wiring:
    """Return who is patched to the room of a conference, and how; nobody before it starts.

    A call's SID is the name of its session, and the conference's that of its room.
    """
    found: Wiring = {}
    if record.status != "in-progress":
        return found
    for each in record.participants.values():
        if not each.hold:
            found[each.call_sid, record.sid] = Edge(muted=each.muted, coached=each.coached)
            found[record.sid, each.call_sid] = Edge()
    return found


def hears_waiting_music(record: ConferenceRecord, one: ParticipantRecord) -> bool:
    """Return whether a participant is with nobody: it hears music instead."""
    return one.hold or record.status == "init"
