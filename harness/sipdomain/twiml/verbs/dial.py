"""<Dial>: connect the call to others (https://www.twilio.com/docs/voice/twiml/dial)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from sipdomain.twiml.dialling import Call, Called, DialRecording, LastCalled, Party
from sipdomain.twiml.document import Element
from sipdomain.twiml.program import (
    Answer,
    Crash,
    End,
    Failed,
    Goto,
    Outcome,
    Program,
)
from sipdomain.twiml.verbs import client, conference, number, queue, sip
from sipdomain.twiml.verbs.connecting import connected, go_on
from sipdomain.twiml.verbs.record import CALLBACK, CALLBACK_EVENT, CALLBACK_METHOD
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

MOST_PARTIES: Final = 10
"""How many nouns may be called at once or in turn (https://www.twilio.com/docs/voice/twiml/dial)."""
PARTIES: Final[dict[str, Callable[[Element], Party | None]]] = {
    "Client": client.party, "Number": number.party, "Sip": sip.party,
}  # fmt: skip
"""By the noun, what reads whom it names."""
COUNTRIES: Final = (
    "at", "au", "bg", "br", "be", "ch", "cl", "cn", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hu", "il", "in",
    "it", "lt", "jp", "mx", "my", "nl", "no", "nz", "ph", "pl", "pt", "ru", "se", "sg", "th", "uk", "us", "us-old",
    "tw", "ve", "za",
)  # fmt: skip
"""Whose ringing the caller may hear; `media.ring_tones` has a tone for each."""
REFUSED: Final = {"Application": 13750, "Sim": 13258, "WhatsApp": 13750}
"""Nouns that end the document, and with which error: Sim as the provider has it, the others as not emulated."""

ACTION: Final = Attribute(name="action", default="", code=12200, read=anything)
METHOD: Final = Attribute(name="method", default="POST", code=13210, read=http_method)
TIMEOUT: Final = Attribute(name="timeout", default=30, code=13212, read=integer(5, 600))
TIME_LIMIT: Final = Attribute(name="timeLimit", default=14_400, code=13216, read=integer(1, 86_400))
HANG_UP_ON_STAR: Final = Attribute(name="hangupOnStar", default="false", code=13213, read=flag)
CALLER_ID: Final = Attribute(
    name="callerId",
    default="",
    code=13214,
    read=matching(r"[A-Za-z0-9+_.:-]{1,255}", "it may hold letters, digits, + - _ and ."),
)
RING_TONE: Final = Attribute(name="ringTone", default="us", code=13220, read=one_of(*COUNTRIES))
SEQUENTIAL: Final = Attribute(name="sequential", default="false", code=13218, read=flag)
ANSWER_ON_BRIDGE: Final = Attribute(name="answerOnBridge", default="false", code=13219, read=flag)
CALL_REASON: Final = Attribute(
    name="callReason", default="", code=12200, read=matching(r"(?s:.{0,50})", "it may have 50 characters")
)
RECORD: Final = Attribute(
    name="record",
    default="do-not-record",
    code=13217,
    read=one_of(
        "do-not-record", "record-from-answer", "record-from-ringing", "record-from-answer-dual",
        "record-from-ringing-dual", "true", "false",
    ),
)  # fmt: skip
RECORDING_TRACK: Final = Attribute(
    name="recordingTrack", default="both", code=13622, read=one_of("inbound", "outbound", "both")
)
TRIM: Final = Attribute(
    name="trim", default="do-not-trim", code=13699, read=one_of("trim-silence", "do-not-trim")
)
REFER_URL: Final = Attribute(name="referUrl", default="", code=12200, read=anything)
REFER_METHOD: Final = Attribute(name="referMethod", default="POST", code=13210, read=http_method)
_OF_THE_SDK: Final = tuple(
    Attribute(name=name, default="", code=12200, read=anything) for name in ("events", "passports")
)
"""What the provider's SDKs write, and its pages do not name."""
_WITHOUT_EFFECT: Final = (
    CALL_REASON, *_OF_THE_SDK,
    Attribute(name="recordingConfigurationId", default="", code=12200, read=anything),
)  # fmt: skip


def run(element: Element) -> Program:
    """Take part in a conference, talk to who waits in a queue, or call others and talk to the first who answers."""
    nouns = {each.name: each for each in element.children}
    if "Conference" in nouns:
        return conference.run(
            nouns["Conference"], TIME_LIMIT.of(element), hang_up_on_star=HANG_UP_ON_STAR.of(element) == "true",
            action=ACTION.of(element).strip(), method=METHOD.of(element),
        )  # fmt: skip
    if "Queue" in nouns:
        return queue.run(
            nouns["Queue"], float(TIMEOUT.of(element)), float(TIME_LIMIT.of(element)),
            hang_up_on_star=HANG_UP_ON_STAR.of(element) == "true", action=ACTION.of(element).strip(),
            method=METHOD.of(element),
        )  # fmt: skip
    refused = sorted(nouns.keys() & REFUSED.keys())
    if refused:
        return _refuse(nouns[refused[0]])
    return _call(element, parties(element))


def _refuse(noun: Element) -> Program:
    yield from ()
    return Crash(Failed(REFUSED[noun.name], f"line {noun.line}: {reason_of(noun.name)}"))


def reason_of(noun: str) -> str:
    """Return why a noun ends the document."""
    return "<Sim> is not supported" if noun == "Sim" else f"<Dial> with <{noun}> is not emulated yet"


def parties(element: Element) -> tuple[Party, ...]:
    """Return who is called: the nouns, or the number that stands there as text; what may not stand inside is left out."""
    read = [PARTIES[each.name](each) for each in element.children if each.name in PARTIES]
    if not read:
        text = element.text
        for each in element.children:
            text = text.replace(each.text, "", 1)
        read = [number.party(replace(element, text=text))]
    return tuple(each for each in read if each is not None)[:MOST_PARTIES]


def _call(element: Element, called: tuple[Party, ...]) -> Program:
    """Answer now or on the bridge, call, and ask the action at the end, also for a caller who is gone."""
    if ANSWER_ON_BRIDGE.of(element) == "false":
        ending = settle((yield Answer()))
        if ending is not None:
            return ending
    if not called:
        return _go_on(element, Called(status="failed"))
    call = Call(
        parties=called, sequential=SEQUENTIAL.of(element) == "true", timeout=float(TIMEOUT.of(element)),
        time_limit=float(TIME_LIMIT.of(element)), caller_id=CALLER_ID.of(element), ring_tone=RING_TONE.of(element),
        recording=_recording(element), refer_url=REFER_URL.of(element).strip(),
        refer_method=REFER_METHOD.of(element),
    )  # fmt: skip
    over = yield from connected(call, hang_up_on_star=HANG_UP_ON_STAR.of(element) == "true")
    if over is None:
        over = yield LastCalled()
    return _go_on(element, over) if isinstance(over, Called) else End()


def _recording(element: Element) -> DialRecording | None:
    """Return how it is recorded; one track alone has one channel (https://www.twilio.com/docs/voice/twiml/dial#record)."""
    record, track = RECORD.of(element), RECORDING_TRACK.of(element)
    if record in {"do-not-record", "false"}:
        return None
    return DialRecording(
        begins_at="ringing" if record.startswith("record-from-ringing") else "answer",
        channels=2 if record.endswith("-dual") and track == "both" else 1,
        track="inbound" if track == "inbound" else "outbound" if track == "outbound" else "both",
        trim=TRIM.of(element) == "trim-silence",
        callback=CALLBACK.of(element).strip(),
        callback_method=CALLBACK_METHOD.of(element),
        events=tuple(CALLBACK_EVENT.of(element).split()),
    )


def _go_on(element: Element, called: Called) -> Outcome:
    if called.referred:
        target = (("ReferTransferTarget", called.referred),)
        return Goto(REFER_URL.of(element).strip(), REFER_METHOD.of(element), target, "action")
    said: list[tuple[str, str]] = [("DialCallStatus", called.status)]
    if called.call_sid:
        said.append(("DialCallSid", called.call_sid))
    if called.duration is not None:
        said.append(("DialCallDuration", str(called.duration)))
    said.append(("DialBridged", "true" if called.bridged else "false"))
    if called.recording_url:
        said.append(("RecordingUrl", called.recording_url))
    return go_on(ACTION.of(element).strip(), METHOD.of(element), (*said, *called.details))


def _check(element: Element) -> Iterator[tuple[int, str]]:
    names = [each.name for each in element.children if each.name in _NOUNS]
    for alone in ("Conference", "Queue"):
        if alone in names and len(names) > 1:
            yield 13000, f"has <{alone}> beside another noun; it stands alone"
    if len(names) > MOST_PARTIES:
        yield 13250, f"has more than {MOST_PARTIES} nouns; those behind are not called"
    if names and element.has_own_text:
        yield 12200, "has text beside its nouns, which is not called"
    if not names and not element.has_own_text:
        yield 13223, "names nobody to call"
    for each in _OF_THE_SDK:
        if each.of(element):
            yield 12200, f"{each.name} has no effect: what it does is not published"
    if REFER_URL.of(element).strip() and ANSWER_ON_BRIDGE.of(element) == "true":
        yield (
            12200,
            "answerOnBridge does not keep who asks by REFER: that one is hung up when referUrl is asked",
        )


_NOUNS: Final = frozenset({"Conference", "Queue"}) | PARTIES.keys() | REFUSED.keys()
DIAL: Final = Verb(
    name="Dial",
    run=run,
    attributes=(
        ACTION, METHOD, TIMEOUT, TIME_LIMIT, HANG_UP_ON_STAR, CALLER_ID, RING_TONE, SEQUENTIAL, ANSWER_ON_BRIDGE,
        RECORD, TRIM, RECORDING_TRACK, CALLBACK, CALLBACK_METHOD, CALLBACK_EVENT, REFER_URL, REFER_METHOD, *_WITHOUT_EFFECT,
    ),
    children=_NOUNS,
    check=_check,
    misplaced=13215,
)  # fmt: skip
