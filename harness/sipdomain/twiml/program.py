"""What a verb wants of the call, what it is told in return, and how it ends.

A verb is a generator: it yields a `Want`, is sent a `Happened`, and returns an `Outcome`.
A verb knows nothing of SIP, time or HTTP.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer the call, if it is not answered yet; `Done` at once when it is."""


@dataclass(frozen=True, slots=True)
class Speak:
    """Say words to the caller; `Done` when the last one was heard."""

    text: str
    voice: str = "man"
    language: str = "en-US"


@dataclass(frozen=True, slots=True)
class PlayUrl:
    """Fetch an audio file and play it; `Done` when it ended, `Failed` when it cannot be had."""

    url: str


@dataclass(frozen=True, slots=True)
class PlayKeys:
    """Play DTMF tones: 0-9 A-D # *, w for half a second of silence, W for a whole one."""

    digits: str


@dataclass(frozen=True, slots=True)
class Sleep:
    """Let time pass; `Done` after `duration` seconds."""

    duration: float


Want = Answer | Speak | PlayUrl | PlayKeys | Sleep


@dataclass(frozen=True, slots=True)
class Done:
    """The want was carried out."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller is gone. The verb may finish its books, and should return."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The want could not be carried out.

    Attributes:
        code: The provider's error code.
        reason: What went wrong.
        url: The URL that failed, or "".
    """

    code: int
    reason: str
    url: str = ""


Happened = Done | HungUp | Failed


@dataclass(frozen=True, slots=True)
class Continue:
    """Go on with the next verb."""


@dataclass(frozen=True, slots=True)
class End:
    """End the call."""


@dataclass(frozen=True, slots=True)
class Goto:
    """Go on with another document.

    Attributes:
        url: The URL as written; it may be relative to the current document.
        method: "GET" or "POST".
    """

    url: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refuse the call, unanswered and unbilled.

    Attributes:
        reason: "rejected" or "busy".
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Crash:
    """The document failed while it ran; the fallback URL's turn."""

    failure: Failed


Outcome = Continue | End | Goto | Refuse | Crash
Program = Generator[Want, Happened, Outcome]
