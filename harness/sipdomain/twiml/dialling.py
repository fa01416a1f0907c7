"""What `<Dial>` wants of the call when it calls others, and how that ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

CallEnd = Literal["completed", "busy", "no-answer", "failed", "canceled"]
"""The provider's DialCallStatus, as far as others are called."""
CALL_EVENTS: Final = ("initiated", "ringing", "answered", "completed")
"""What the callback of a call of ours may be asked to report, in the order in which they happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One of those who are called: a noun of `<Dial>`.

    Attributes:
        kind: The noun: "Sip", "Number", "Client".
        address: What it says: a SIP URI, a number, an identity.
        line: Where it stands in the document.
        username: Answers a digest challenge, or "".
        password: With it.
        send_digits: Keys that are pressed when it is answered.
        url: A document that the party hears before the others do, as written, or "".
        method: How that is asked, "GET" or "POST".
        callback: Notified of the progress of this leg, as written, or "".
        callback_method: How.
        events: Of what: "initiated", "ringing", "answered", "completed".
    """

    kind: str
    address: str
    line: int = 0
    username: str = ""
    password: str = ""
    send_digits: str = ""
    url: str = ""
    method: str = "POST"
    callback: str = ""
    callback_method: str = "POST"
    events: tuple[str, ...] = ("completed",)


@dataclass(frozen=True, slots=True, kw_only=True)
class DialRecording:
    """How a dial is recorded: what the caller says, and what the caller hears.

    Attributes:
        begins_at: Whether from the first ringing on, or from the answer on.
        channels: 1, or 2 for the caller on the left, and who was called on the right.
        track: What is recorded.
        trim: Whether silence at its beginning and end is cut off.
        callback: Asked when something happens to it, as written, or "".
        callback_method: How.
        events: Of what: "in-progress", "completed", "absent".
    """

    begins_at: Literal["ringing", "answer"]
    channels: int = 1
    track: Literal["inbound", "outbound", "both"] = "both"
    trim: bool = False
    callback: str = ""
    callback_method: str = "POST"
    events: tuple[str, ...] = ("completed",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Call others, and talk to the first who answers; `Called` when that is over.

    Interrupted, `LastCalled` says how it was.

    Attributes:
        parties: Who is called, one at least.
        sequential: Whether one is called after the other, and not all at once.
        timeout: How long each may ring, in seconds.
        time_limit: The longest that they may talk, in seconds.
        caller_id: What those see who are called; "" for what is known of the caller.
        ring_tone: The country whose ringing the caller hears.
        recording: How it is recorded, or None.
        refer_url: Asked where to when one of the two is to be transferred, as written; "" when that is refused.
        refer_method: How.
    """

    parties: tuple[Party, ...]
    sequential: bool = False
    timeout: float = 30.0
    time_limit: float = 14_400.0
    caller_id: str = ""
    ring_tone: str = "us"
    recording: DialRecording | None = None
    refer_url: str = ""
    refer_method: str = "POST"


@dataclass(frozen=True, slots=True)
class LastCalled:
    """Say how the last interrupted `Call` was; `Called`, or `Failed` when none was. It needs no caller, as `Ask`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """How calling others ended.

    Attributes:
        status: The provider's DialCallStatus.
        call_sid: The leg of who answered, else of who was called last; "" when nobody could be.
        duration: How long it lasted, in seconds; None when it was not answered, or goes on without the caller.
        bridged: Whether the two could talk.
        recording_url: Where the recording's media will be, or "".
        referred: Whom the one who was called wants the caller to talk to instead, as written in Refer-To, or "".
        details: Parameters that the kind of party adds, such as DialSipCallId.
    """

    status: CallEnd
    call_sid: str = ""
    duration: int | None = None
    bridged: bool = False
    recording_url: str = ""
    referred: str = ""
    details: tuple[tuple[str, str], ...] = ()
