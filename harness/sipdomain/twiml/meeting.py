"""What verbs want of the places where calls meet, conferences and queues, and what they are told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Confer:
    """Take part in a conference; `Conferred` when that is over, `Failed` when it cannot be.

    Attributes:
        name: The conference of this account.
        label: A name of the call within it, or "".
        muted: Whether nobody hears the call at first.
        coached: The SID of the call that alone hears it, or "".
        start_on_enter: Whether the conference may start with it.
        end_on_exit: Whether the conference ends with it.
        beep_on_enter: Whether a beep says that it comes.
        beep_on_exit: Whether a beep says that it goes.
        most: How many participants there may be with it.
        wait_url: A document or a sound that is heard until the conference starts; None for our music, "" for silence.
        wait_method: How that is asked.
        callback: Told of the conference when this is its first participant, or "".
        callback_method: How.
        events: Of what, such as "join".
        record: Whether it is recorded from its start, when this is its first participant.
        trim: Whether silence at the recording's begin and end is cut off.
        recording_callback: Told of the recording, or "".
        recording_callback_method: How.
        recording_events: Of what: "in-progress", "completed", "absent".
    """

    name: str
    label: str = ""
    muted: bool = False
    coached: str = ""
    start_on_enter: bool = True
    end_on_exit: bool = False
    beep_on_enter: bool = True
    beep_on_exit: bool = True
    most: int = 250
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
    """The call was in a conference: that is over, or the call was taken out.

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
        wait_method: How that is asked.
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


@dataclass(frozen=True, slots=True)
class LastQueue:
    """Say how it ended that was last done with a queue; `Dequeued`, or `Failed`. It needs no caller, as `Ask`."""
