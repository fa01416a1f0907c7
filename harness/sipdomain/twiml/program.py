"""What a verb asks of the call, what it gets back, and how it ends.

A verb is a generator: it yields a `Want`, is sent a `Happened`, and returns an `Outcome`.
A verb knows nothing of SIP, time or HTTP.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

from sipdomain.twiml.dialling import Call, Called, LastCalled
from sipdomain.twiml.document import Document
from sipdomain.twiml.hearing import Heard, Transcribe
from sipdomain.twiml.meeting import Confer, Conferred, Dequeued, DialQueue, Enqueue, LastQueue, QueueDialled
from sipdomain.twiml.recording import Beep, LastRecording, Record, Recorded
from sipdomain.twiml.relay import LastRelay, OpenRelay, Relayed
from sipdomain.twiml.siprec import OpenSiprec
from sipdomain.twiml.streaming import LastStream, OpenStream, Streamed
from sipdomain.twiml.transferring import LastTransfer, Transfer, Transferred

Parameters = tuple[tuple[str, str], ...]
Reason = Literal["hung-up", "redirected", "dequeued", "left", "stopped"]
"""Why something was interrupted: the caller is gone; the REST API brought another document; another call took the
caller out of a queue; `<Leave>`; or another want of the same `FirstOf` ended first, or `Stop` named it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer the call; `Done` once it is answered, immediately if it already was."""


@dataclass(frozen=True, slots=True)
class Speak:
    """Say words to the caller; `Done` when the last one has been played."""

    text: str
    voice: str = "man"
    language: str = "en-US"


@dataclass(frozen=True, slots=True)
class PlayUrl:
    """Fetch an audio file and play it; `Done` at its end, `Failed` when it cannot be fetched or played."""

    url: str


@dataclass(frozen=True, slots=True)
class PlayKeys:
    """Play DTMF tones: 0-9 A-D # *, w for half a second of silence, W for a whole second."""

    digits: str


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait; `Done` after `duration` seconds."""

    duration: float


@dataclass(frozen=True, slots=True)
class Key:
    """Wait for the next key that the caller presses; then `Pressed`.

    Attributes:
        only: The keys that count, or "" for all.
    """

    only: str = ""


@dataclass(frozen=True, slots=True)
class FirstOf:
    """Begin several things in this order, until one of them ends; `First`, and the others are stopped or never begin."""

    wants: tuple[Want, ...]


@dataclass(frozen=True, slots=True)
class Hear:
    """Hear the caller while something else goes on: `Heard` after the caller's words, else how that ended.

    Attributes:
        until: What goes on until the caller begins to speak, and is stopped then.
        pause: After how many seconds of silence the caller has spoken.
        longest: After how many seconds of speech it is over all the same.
        hints: Phrases that are likely.
        language: A BCP 47 tag.
        profanity_filter: Whether profanities lose all letters but the first.
        partial_url: As written; told of the words so far, or "".
        partial_method: "GET" or "POST".
    """

    until: Want
    pause: float
    longest: float = 60.0
    hints: tuple[str, ...] = ()
    language: str = "en-US"
    profanity_filter: bool = True
    partial_url: str = ""
    partial_method: str = "POST"


@dataclass(frozen=True, slots=True)
class Nested:
    """Run another document inside this one; `Ran` when it is over.

    Attributes:
        source: The document, or the URL of one, which may be relative to the document that wants this.
        method: How the URL is asked, "GET" or "POST".
        parameters: What the request says besides the call's own parameters.
        allowed: The verbs allowed in it and in documents that it redirects to; None for all.
        misplaced: The provider's error for any other verb; it ends the document.
    """

    source: Document | str
    method: str = "POST"
    parameters: Parameters = ()
    allowed: frozenset[str] | None = None
    misplaced: int = 12200


@dataclass(frozen=True, slots=True)
class Begin:
    """Start something in the background: `Done` at once, or `Failed` when the name is taken or too much is running.

    It belongs to the call: it goes on through later documents until it ends, `Stop` names it, or the call is over.

    Attributes:
        want: What to begin.
        name: The name to `Stop` it by; "" for one that cannot be stopped.
    """

    want: Want
    name: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop what runs in the background under a name; `Done`, or `Failed` when nothing does."""

    name: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask a URL and ignore the answer; `Done` or `Failed`. It needs no caller: it also works after the end of the call.

    Attributes:
        url: As written; it may be relative to the document.
        method: "GET" or "POST".
        parameters: What the request says besides the call's own parameters.
    """

    url: str
    method: str = "POST"
    parameters: Parameters = ()


@dataclass(frozen=True, slots=True)
class Echo:
    """Let the caller hear what it says; it has no end of its own."""


@dataclass(frozen=True, slots=True)
class PlayMusic:
    """Play our own hold music in a loop; it ends only by `Failed`."""


Want = (
    Answer
    | Speak
    | PlayUrl
    | PlayKeys
    | PlayMusic
    | Echo
    | Sleep
    | Key
    | FirstOf
    | Hear
    | Nested
    | Begin
    | Stop
    | Ask
    | Beep
    | Record
    | LastRecording
    | Confer
    | Enqueue
    | DialQueue
    | Transfer
    | LastTransfer
    | LastQueue
    | Call
    | LastCalled
    | OpenStream
    | OpenSiprec
    | LastStream
    | OpenRelay
    | LastRelay
    | Transcribe
)


@dataclass(frozen=True, slots=True)
class Done:
    """The want was carried out."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """The caller pressed a key: 0-9, A-D, * or #."""

    key: str


@dataclass(frozen=True, slots=True)
class First:
    """Which want of a `FirstOf` ended, counted from 0, and how."""

    place: int
    happened: Happened


@dataclass(frozen=True, slots=True)
class Ran:
    """A nested document is over; its outcome is `Continue` after its last verb, else `End` or `Crash`."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The want was interrupted before its end.

    Once the reason is "hung-up" or "redirected", and in a document that was interrupted from outside, every further
    want ends like this at once, except `Ask` and those that say how something was: `LastRecording`, `LastQueue`,
    `LastCalled`, `LastTransfer`, `LastStream` and `LastRelay`; a verb may yield ten of them, and should return.
    """

    reason: Reason


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


Happened = (
    Done
    | Pressed
    | Recorded
    | First
    | Heard
    | Ran
    | Conferred
    | Dequeued
    | QueueDialled
    | Called
    | Transferred
    | Streamed
    | Relayed
    | Interrupted
    | Failed
)


@dataclass(frozen=True, slots=True)
class Continue:
    """Go on with the next verb."""


@dataclass(frozen=True, slots=True)
class End:
    """End the call, as one that failed or as any other."""

    failed: bool = False


@dataclass(frozen=True, slots=True)
class Goto:
    """Go on with another document. When the verb was interrupted, it is fetched but not run.

    Attributes:
        url: The URL as written; it may be relative to the current document.
        method: "GET" or "POST".
        parameters: What the request says besides the call's own parameters.
        purpose: Whether this is a verb's `action` or a redirect.
        relative_error: The provider's error if the URL is relative but the document itself has no URL.
    """

    url: str
    method: str = "POST"
    parameters: Parameters = ()
    purpose: Literal["redirect", "action"] = "redirect"
    relative_error: int = 15004


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave the queue in which the call waits and hears this document; where it hears no such document, end the call."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refuse the call, unanswered and unbilled.

    Attributes:
        reason: "rejected" or "busy".
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Crash:
    """The document failed while it ran: the fallback URL is asked next."""

    failure: Failed


Outcome = Continue | End | Goto | Leave | Refuse | Crash
Program = Generator[Want, Happened, Outcome]
