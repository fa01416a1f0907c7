"""<Record>: record what the caller says (https://www.twilio.com/docs/voice/twiml/record)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.program import Answer, Continue, End, Goto, Interrupted, Outcome, Program
from sipdomain.twiml.recording import RECORDING_EVENTS, Beep, LastRecording, Record, Recorded
from sipdomain.twiml.verbs.verb import (
    Attribute,
    Verb,
    anything,
    flag,
    http_method,
    integer,
    matching,
    one_of,
    settle,
)

LONGEST: Final = 4 * 60 * 60
"""The longest timeout and maxLength, in seconds."""
_TRANSCRIBED: Final = 120
HUNG_UP: Final = "hangup"
"""What Digits says when the caller hung up."""


def recording_events(text: str) -> str:
    """Read the events of a recording's status callback, with blanks between them."""
    words = tuple(dict.fromkeys(text.split()))
    if not words or not set(words) <= set(RECORDING_EVENTS):
        raise ValueError("it may hold in-progress, completed and absent")
    return " ".join(words)


ACTION: Final = Attribute(name="action", default="", code=12200, read=anything)
METHOD: Final = Attribute(name="method", default="POST", code=13610, read=http_method)
TIMEOUT: Final = Attribute(name="timeout", default=5, code=13611, read=integer(0, LONGEST))
FINISH_ON_KEY: Final = Attribute(
    name="finishOnKey",
    default="1234567890*#",
    code=13613,
    read=matching(r"[0-9*#]*", "it may hold 0-9, * and #, or be empty"),
)
MAX_LENGTH: Final = Attribute(name="maxLength", default=3600, code=13612, read=integer(2, LONGEST))
PLAY_BEEP: Final = Attribute(name="playBeep", default="true", code=13616, read=flag)
TRIM: Final = Attribute(
    name="trim", default="trim-silence", code=13699, read=one_of("trim-silence", "do-not-trim")
)
CALLBACK: Final = Attribute(name="recordingStatusCallback", default="", code=13256, read=anything)
CALLBACK_METHOD: Final = Attribute(
    name="recordingStatusCallbackMethod", default="POST", code=12200, read=http_method
)
CALLBACK_EVENT: Final = Attribute(
    name="recordingStatusCallbackEvent", default="completed", code=13621, read=recording_events
)
CONFIGURATION: Final = Attribute(name="recordingConfigurationId", default="", code=12200, read=anything)
TRANSCRIBE: Final = Attribute(name="transcribe", default="false", code=13614, read=flag)
TRANSCRIBE_CALLBACK: Final = Attribute(name="transcribeCallback", default="", code=13257, read=anything)


def run(element: Element) -> Program:
    """Answer, beep, record, and ask the action URL in any case; what follows in the document is never reached.

    A caller who hangs up during the recording ends it, and the action is asked all the same, with Digits=hangup.
    Where nothing was recorded yet, it is not (assumed).
    """
    ending = settle((yield Answer()))
    if ending is None and PLAY_BEEP.of(element) == "true":
        ending = settle((yield Beep()))
    if ending is not None:
        return ending
    happened = yield _wish(element)
    match happened:
        case Recorded(key=key):
            return _action(element, happened, key)
        case Interrupted("hung-up"):
            recorded = yield LastRecording()
            return _action(element, recorded, HUNG_UP) if isinstance(recorded, Recorded) else End()
        case _:
            return settle(happened) or Continue()


def _wish(element: Element) -> Record:
    return Record(
        source="RecordVerb",
        track="inbound",
        trim=TRIM.of(element) == "trim-silence",
        finish_on=FINISH_ON_KEY.of(element),
        silence=float(TIMEOUT.of(element)),
        longest=float(MAX_LENGTH.of(element)),
        callback_url=CALLBACK.of(element).strip(),
        callback_method=CALLBACK_METHOD.of(element),
        callback_events=tuple(CALLBACK_EVENT.of(element).split()),
    )


def _action(element: Element, recorded: Recorded, digits: str) -> Outcome:
    url = ACTION.of(element).strip()
    parameters = (
        ("RecordingUrl", recorded.url),
        ("RecordingDuration", str(recorded.duration)),
        ("Digits", digits),
    )
    return Goto(url, METHOD.of(element), parameters, "action", relative_error=15004 if url else 11100)


def _check(element: Element) -> Iterator[tuple[int, str]]:
    if TRANSCRIBE.of(element) == "true":
        yield (
            12200,
            "transcribe is not emulated: no words are written down, and transcribeCallback is not asked",
        )
        if element.get("maxLength") is not None and MAX_LENGTH.of(element) > _TRANSCRIBED:
            yield 13615, f"maxLength is more than {_TRANSCRIBED}, the most that is transcribed"


RECORD: Final = Verb(
    name="Record",
    run=run, wordless=True,
    attributes=(
        ACTION, METHOD, TIMEOUT, FINISH_ON_KEY, MAX_LENGTH, PLAY_BEEP, TRIM, CALLBACK, CALLBACK_METHOD,
        CALLBACK_EVENT, CONFIGURATION, TRANSCRIBE, TRANSCRIBE_CALLBACK,
    ),
    check=_check,
)  # fmt: skip
