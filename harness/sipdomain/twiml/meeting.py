"""What verbs want of the places where calls meet, conferences and queues, and what they get back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

CALL_SID: Final = re.compile(r"CA[0-9a-fA-F]{32}")
CONFERENCE_EVENTS: Final = (
    "start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement",
)  # fmt: skip
"""What a conference's callback may be asked to report."""
LONGEST_LABEL: Final = 128
"""How many characters a participant's label has at most."""
LARGEST_QUEUE: Final = 5000
"""How many calls may wait in a queue at most."""
LARGEST_CONFERENCE: Final = 250
"""How many participants a conference has at most (https://www.twilio.com/docs/voice/twiml/conference#attributes-maxparticipants)."""


def is_label(text: str) -> bool:
    """Return whether a text can be a participant's label: not too long, without a slash, and not a CallSid; "" is none."""
    return len(text) <= LONGEST_LABEL and "/" not in text and not CALL_SID.fullmatch(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confer:
    """Take part in a conference; `Conferred` when the call has left it, `Failed` when it cannot join.

    Attributes:
        name: The conference's name, within the account.
        label: The participant's label, or "".
        muted: Whether the participant starts muted.
        coached: The SID of the only call that hears this one, or "".
        start_on_enter: Whether the conference starts when it enters.
        end_on_exit: Whether the conference ends when it leaves.
        beep_on_enter: Whether a beep announces that it enters.
        beep_on_exit: Whether a beep announces that it leaves.
        most: The maximum number of participants, this one included.
        wait_url: The URL of a document or audio played until the conference starts; None for our music, "" for silence.
        wait_method: "GET" or "POST".
        callback: The URL notified of the conference's events if this is its first participant, or "".
        callback_method: "GET" or "POST".
        events: Which ones, such as "join".
        record: Whether it is recorded from its start, when this is its first participant.
        trim: Whether silence at the recording's beginning and end is cut off.
        recording_callback: The URL notified of the recording's events, or "".
        recording_callback_method: "GET" or "POST".
        recording_events: Which ones: "in-progress", "completed", "absent".
    """

    name: str
    label: str = ""
    muted: bool = False
    coached: str = ""
    start_on_enter: bool = True
    end_on_exit: bool = False
    beep_on_enter: bool = True
    beep_on_exit: bool = True
    most: int = LARGEST_CONFERENCE
    wait_url: str | None = None
    wait_method: str = "POST"
    callback: str = ""
    callback_method: str = "POST"
    events: tuple[str, ...] = ()
    record: bool = False
    trim: bool = True
    recording_callback: str = ""
    recording_callback_method: str = "POST"
    recording_events: tuple[str, ...] = ("completed",)


@dataclass(frozen=True, slots=True)
class Conferred:
    """The call was in a conference, which ended or which it left.

    Attributes:
        sid: The conference's SID.
    """

    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enqueue:
    """Wait in a queue; `Dequeued` when that is over, however. Interrupted it is over too: `LastQueue` says how.

    Attributes:
        name: The queue of this account; it is made when there is none of that name.
        most: How many may wait in it with this one, or None for as many as the queue says.
        wait_url: A document or a sound that is heard over and over meanwhile; None for our music, "" for silence.
        wait_method: "GET" or "POST".
    """

    name: str
    most: int | None = None
    wait_url: str | None = None
    wait_method: str = "POST"


QueueResult = Literal[
    "bridged", "bridging-in-process", "error", "hangup", "leave", "redirected", "redirected-from-bridged", "queue-full",
    "system-error",
]  # fmt: skip
"""How it ended that a call waited in a queue, as the provider calls it."""


@dataclass(frozen=True, slots=True)
class Dequeued:
    """The call waited in a queue, or could not.

    Attributes:
        result: How that ended.
        sid: The queue's SID, or "" when the call never waited in it.
        duration: For how many whole seconds it waited, until it was taken out or left.
    """

    result: QueueResult
    sid: str = ""
    duration: int = 0


DialResult = Literal["completed", "no-answer", "failed", "canceled"]
"""The provider's DialCallStatus, as far as a queue is dialled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialQueue:
    """Talk to who has waited the longest in a queue; `QueueDialled` when that is over. Interrupted, `LastQueue` says how.

    Attributes:
        name: The queue of this account.
        whisper_url: A document that the other hears before the two are connected, as written, or "".
        whisper_method: How that is asked.
        timeout: For how many seconds to wait until somebody comes.
        time_limit: The longest that the two may talk, in seconds.
    """

    name: str
    whisper_url: str = ""
    whisper_method: str = "POST"
    timeout: float = 30.0
    time_limit: float = 14_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDialled:
    """How it ended that a call dialled a queue.

    Attributes:
        status: The provider's DialCallStatus.
        sid: The queue's SID, or "" when there is none of that name.
        call_sid: The call that was taken out, or "" when nobody came.
        wait: For how many whole seconds that one had waited.
        duration: For how many seconds the two talked, a begun one in full; None when they never did.
    """

    status: DialResult
    sid: str = ""
    call_sid: str = ""
    wait: int = 0
    duration: int | None = None


@dataclass(frozen=True, slots=True)
class LastQueue:
    """Say how it ended that was last done with a queue; `Dequeued`, `QueueDialled` or `Failed`. It needs no caller."""
