"""Conferences: those that go on with who is in them, and the latest of those that are over.

Sources: https://www.twilio.com/docs/voice/api/conference-resource, …/conference-participant-resource
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from sipdomain.twilio.store.history import History

ConferenceStatus = Literal["init", "in-progress", "completed"]
ParticipantStatus = Literal["queued", "connecting", "ringing", "connected", "complete"]
EndReason = Literal[
    "conference-ended-via-api",
    "participant-with-end-conference-on-exit-left",
    "participant-with-end-conference-on-exit-kicked",
    "last-participant-left",
    "last-participant-kicked",
]
MOST_KEPT: Final = 1_000
"""How many conferences that are over are kept; past that the one that ended first is forgotten."""
MOST_BYTES: Final = 4 * 1024 * 1024
"""How many characters their names may have; past that likewise."""


@dataclass(slots=True, kw_only=True)
class ParticipantRecord:
    """A call that takes part in a conference; the conference changes it in place.

    Attributes:
        call_sid: The call.
        joined_at: When, in Unix seconds; of one that is only called when that was ordered.
        conference_sid: The conference.
        status: How far it came.
        number: Counts up within the conference in the order of arrival.
        label: A name of its own within the conference, or "".
        muted: Whether nobody hears it.
        hold: Whether it hears nobody, and nobody hears it.
        coached: The SID of the call that alone hears it, or "".
        start_on_enter: Whether the conference may start with it.
        end_on_exit: Whether the conference ends with it.
        beep_on_enter: Whether a beep says that it comes.
        beep_on_exit: Whether a beep says that it goes.
        updated_at: When this last changed.
    """

    call_sid: str
    joined_at: float
    conference_sid: str = ""
    status: ParticipantStatus = "connected"
    number: int = 0
    label: str = ""
    muted: bool = False
    hold: bool = False
    coached: str = ""
    start_on_enter: bool = True
    end_on_exit: bool = False
    beep_on_enter: bool = True
    beep_on_exit: bool = True
    updated_at: float = 0.0


@dataclass(slots=True, kw_only=True)
class ConferenceRecord:
    """What is known of a conference; it is changed in place until it is over.

    Moments are Unix seconds.

    Attributes:
        sid: CF and 32 hexadecimal digits.
        account_sid: The owner; names are its own.
        friendly_name: The name in the document.
        created_at: When the first participant came.
        status: Where it stands.
        number: Counts up in the order of begin; given by `ConferenceStore.add`.
        participants: Who is in it, by the SID of the call, in the order of arrival; nobody once it is over.
        called: Who is called to take part, by the SID of the call, until it does or its call is over.
        arrivals: How many came until now.
        updated_at: When it last changed.
        end_reason: Why it ended, or None.
        ended_by: The SID of the call that ended it, or "".
        ended_by_label: The label of that one, or "".
    """

    sid: str
    account_sid: str
    friendly_name: str
    created_at: float
    status: ConferenceStatus = "init"
    number: int = 0
    participants: dict[str, ParticipantRecord] = field(default_factory=dict)
    called: dict[str, ParticipantRecord] = field(default_factory=dict)
    arrivals: int = 0
    updated_at: float = 0.0
    end_reason: EndReason | None = None
    ended_by: str = ""
    ended_by_label: str = ""


class ConferenceStore(History[ConferenceRecord]):
    """Conferences by SID; those that are over are kept while the process runs, and in no state file."""

    def __init__(self) -> None:
        super().__init__(MOST_KEPT, MOST_BYTES, lambda record: len(record.friendly_name))

    def add(self, record: ConferenceRecord) -> ConferenceRecord:
        """Keep a conference that begins, and give it its number."""
        record.number = self.last + 1
        self.begin(record)
        return record

    def named(self, account_sid: str, name: str) -> ConferenceRecord | None:
        """Return the conference of an account that goes on under a name, or None."""
        return next(
            (each for each in self.open if (each.account_sid, each.friendly_name) == (account_sid, name)),
            None,
        )

    def finish(self, sid: str) -> None:
        """Keep a conference that is over as such."""
        record = self.close(sid)
        if record is not None:
            self.keep(record)
