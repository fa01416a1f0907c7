"""What the verbs that record ask of a call, and how it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

RECORDING_EVENTS: Final = ("in-progress", "completed", "absent")
"""What a verb's recording may be asked to report."""


@dataclass(frozen=True, slots=True)
class Beep:
    """Play the tone after which a recording begins; `Done` when it has been played."""


@dataclass(frozen=True, slots=True)
class Record:
    """Record the call; `Recorded` when the recording ends, `Failed` when it cannot start.

    An interruption ends it too; `LastRecording` then returns what was recorded.

    Attributes:
        source: The provider's RecordingSource.
        track: What is recorded.
        channels: 1, or 2 for the caller on the left, and what the caller hears on the right.
        trim: Whether silence at its beginning and end is cut off.
        finish_on: The keys that end it; None to take no keys.
        silence: After how many seconds of silence it ends; 0 for never.
        longest: After how many seconds it ends; 0 for the longest possible.
        callback_url: As written; asked when something happens to it, or "".
        callback_method: "GET" or "POST".
        callback_events: What is reported: "in-progress", "completed", "absent".
    """

    source: Literal["RecordVerb", "StartCallRecordingAPI"]
    track: Literal["inbound", "outbound", "both"] = "both"
    channels: int = 1
    trim: bool = False
    finish_on: str | None = None
    silence: float = 0.0
    longest: float = 0.0
    callback_url: str = ""
    callback_method: str = "POST"
    callback_events: tuple[str, ...] = ("completed",)


@dataclass(frozen=True, slots=True)
class LastRecording:
    """Return the last recording: `Recorded`, or `Failed` when there is none. Like `Ask`, it needs no caller."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording ended.

    Attributes:
        url: Where its media will be.
        duration: Its length in whole seconds, before silence is cut off.
        key: The key that ended it, or "".
    """

    url: str
    duration: int
    key: str = ""
