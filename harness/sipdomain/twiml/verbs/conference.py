"""<Conference> inside <Dial>: the call takes part until it is over (https://www.twilio.com/docs/voice/twiml/conference)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.meeting import (
    CALL_SID,
    CONFERENCE_EVENTS,
    LARGEST_CONFERENCE,
    LONGEST_LABEL,
    Confer,
    is_label,
)  # fmt: skip
from sipdomain.twiml.program import (
    Answer,
    Continue,
    End,
    Failed,
    Program,
    Sleep,
)
from sipdomain.twiml.verbs import record
from sipdomain.twiml.verbs.connecting import connected, go_on
from sipdomain.twiml.verbs.verb import (
    Attribute,
    Noun,
    anything,
    flag,
    http_method,
    integer,
    matching,
    one_of,
    settle,
)


def _label(text: str) -> str:
    if not text or not is_label(text):
        raise ValueError(
            f"it must have 1 to {LONGEST_LABEL} characters, no / among them, and not be a CallSid"
        )
    return text


def _events(text: str) -> str:
    wrong = [word for word in text.split() if word not in CONFERENCE_EVENTS]
    if wrong:
        raise ValueError(f"it may name {', '.join(CONFERENCE_EVENTS)}, with blanks between")
    return text


MUTED: Final = Attribute(name="muted", default="false", code=13230, read=flag)
BEEP: Final = Attribute(
    name="beep", default="true", code=13235, read=one_of("true", "false", "onEnter", "onExit")
)
START: Final = Attribute(name="startConferenceOnEnter", default="true", code=13232, read=flag)
END: Final = Attribute(name="endConferenceOnExit", default="false", code=13231, read=flag)
WAIT_URL: Final = Attribute(name="waitUrl", default="", code=13233, read=anything)
WAIT_METHOD: Final = Attribute(name="waitMethod", default="POST", code=13234, read=http_method)
MOST: Final = Attribute(
    name="maxParticipants", default=LARGEST_CONFERENCE, code=12200, read=integer(1, LARGEST_CONFERENCE)
)
COACH: Final = Attribute(
    name="coach", default="", code=13240, read=matching(CALL_SID.pattern, "it must be a CallSid")
)
LABEL: Final = Attribute(name="participantLabel", default="", code=16023, read=_label)
CALLBACK: Final = Attribute(name="statusCallback", default="", code=12200, read=anything)
CALLBACK_METHOD: Final = Attribute(name="statusCallbackMethod", default="POST", code=12200, read=http_method)
CALLBACK_EVENTS: Final = Attribute(name="statusCallbackEvent", default="", code=12200, read=_events)
RECORD: Final = Attribute(
    name="record",
    default="do-not-record",
    code=13217,
    read=one_of("do-not-record", "record-from-start", "true", "false"),
)
TRIM: Final = Attribute(
    name="trim", default="trim-silence", code=13239, read=one_of("trim-silence", "do-not-trim")
)
_WITHOUT_EFFECT: Final = (
    Attribute(
        name="jitterBufferSize", default="", code=12200, read=one_of("large", "medium", "small", "off")
    ),
    *(
        Attribute(name=name, default="", code=12200, read=anything)
        for name in ("region", "eventCallbackUrl", "recordingConfigurationId")
    ),
)  # fmt: skip


def run(noun: Element, time_limit: int, *, hang_up_on_star: bool, action: str, method: str) -> Program:
    """Answer, and take part in a conference until that is over; then ask the action, or go on with the next verb.

    Args:
        noun: The <Conference>.
        time_limit: Of the <Dial>, in seconds.
        hang_up_on_star: Whether * ends it for this call.
        action: Of the <Dial>, or "".
        method: How that is asked.
    """
    if not noun.text.strip():
        return Continue()
    ending = settle((yield Answer()))
    if ending is not None:
        return ending
    limit = Sleep(float(time_limit))
    match (yield from connected(want(noun), limit, hang_up_on_star=hang_up_on_star)):
        case End() as ended:
            return ended
        case Failed(code=16025):
            return Continue()
        case Failed():
            status = "failed"
        case _:
            status = "answered"
    return go_on(action, method, (("DialCallStatus", status),))


def want(noun: Element) -> Confer:
    """Return how the call takes part."""
    beep = BEEP.of(noun)
    return Confer(
        name=noun.text.strip(),
        label=LABEL.of(noun),
        muted=MUTED.of(noun) == "true",
        coached=COACH.of(noun),
        start_on_enter=START.of(noun) == "true",
        end_on_exit=END.of(noun) == "true",
        beep_on_enter=beep in {"true", "onEnter"},
        beep_on_exit=beep in {"true", "onExit"},
        most=MOST.of(noun),
        wait_url=None if noun.get(WAIT_URL.name) is None else WAIT_URL.of(noun).strip(),
        wait_method=WAIT_METHOD.of(noun),
        callback=CALLBACK.of(noun).strip(),
        callback_method=CALLBACK_METHOD.of(noun),
        events=tuple(CALLBACK_EVENTS.of(noun).split()),
        record=RECORD.of(noun) in {"record-from-start", "true"},
        trim=TRIM.of(noun) == "trim-silence",
        recording_callback=record.CALLBACK.of(noun).strip(),
        recording_callback_method=record.CALLBACK_METHOD.of(noun),
        recording_events=tuple(record.CALLBACK_EVENT.of(noun).split()),
    )


def _check(noun: Element) -> Iterator[tuple[int, str]]:
    if not noun.text.strip():
        yield 13237, "has no name, and is left out"
    if "speaker" in CALLBACK_EVENTS.of(noun).split():
        yield 12200, "statusCallbackEvent speaker is not emulated: it is never sent"


CONFERENCE: Final = Noun(
    name="Conference",
    attributes=(
        MUTED, BEEP, START, END, WAIT_URL, WAIT_METHOD, MOST, COACH, LABEL, CALLBACK, CALLBACK_METHOD, CALLBACK_EVENTS,
        RECORD, TRIM, record.CALLBACK, record.CALLBACK_METHOD, record.CALLBACK_EVENT, *_WITHOUT_EFFECT,
    ),
    check=_check,
)  # fmt: skip
