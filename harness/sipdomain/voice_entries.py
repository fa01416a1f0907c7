"""Typed records of the voice of a call: what was played, pressed, heard and recorded, whom it was with."""

from __future__ import annotations

from typing import Final, Literal

from sipdomain.entries import Entry, record

LONGEST_TEXT: Final = 4096
"""How many characters of what was played are kept: as many as a `<Say>` may have."""
PlayedKind = Literal["words", "file", "keys", "beep", "music", "ringing"]
Listener = Literal["gather", "relay", "transcription"]
Company = Literal["conference", "call", "queue"]


@record
class Played(Entry):
    """The emulator played something to a call, and that is over: it was heard to its end, or was stopped.

    Attributes:
        call_sid: The call.
        call_id: Its SIP Call-ID.
        began_at: When it began, in seconds of the run's clock.
        what: What it was.
        text: The words, the URL of the file or the keys, at most 4,096 characters; "" for a beep, music and ringing.
        whole: Whether it was played to its end.
        conference: The SID of the conference whose participants all heard it, or "" when the call alone did.
    """

    call_sid: str
    call_id: str
    began_at: float
    what: PlayedKind
    text: str = ""
    whole: bool = True
    conference: str = ""


@record
class KeyHeard(Entry):
    """The emulator heard a key of a call.

    Attributes:
        call_sid: The call.
        call_id: Its SIP Call-ID.
        key: 0-9, A-D, * or #.
        awaited: Whether anything waited for keys.
    """

    call_sid: str
    call_id: str
    key: str
    awaited: bool = True


@record
class SpeechHeard(Entry):
    """Words were heard in a call, and that utterance is over.

    Attributes:
        call_sid: The call.
        call_id: Its SIP Call-ID.
        began_at: When the speech began, in seconds of the run's clock.
        text: The words, at most 4,096 characters; "" when none was understood.
        by: What listened: a `<Gather>`, a ConversationRelay, or a transcription.
        side: Whose words: "inbound" for the caller's, "outbound" for what the caller hears.
        confidence: From 0 to 1.
    """

    call_sid: str
    call_id: str
    began_at: float
    text: str
    by: Listener
    side: Literal["inbound", "outbound"] = "inbound"
    confidence: float = 0.0


@record
class RecordingEnded(Entry):
    """A recording of a call, or of a conference that it was the first in, has ended.

    Attributes:
        call_sid: The call.
        call_id: Its SIP Call-ID.
        recording_sid: The recording.
        began_at: When it began, in seconds of the run's clock.
        length: How long it is before silence is cut off, in seconds; what was left out in a pause does not count.
        text: What the provider calls whatever began it, such as "RecordVerb".
    """

    call_sid: str
    call_id: str
    recording_sid: str
    began_at: float
    length: float
    text: str


@record
class CompanyChanged(Entry):
    """A call came together with others, or went from them.

    Attributes:
        call_sid: The call.
        call_id: Its SIP Call-ID.
        moved: Which of the two.
        company: With whom: a conference, another call, or those who wait in a queue.
        text: The name of the conference or queue; the SID of the other call.
        sid: The SID of the conference, queue or call.
        detail: Why it went, as the provider calls it, or "".
    """

    call_sid: str
    call_id: str
    moved: Literal["joined", "left"]
    company: Company
    text: str
    sid: str
    detail: str = ""
