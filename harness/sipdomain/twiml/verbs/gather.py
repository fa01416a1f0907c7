"""<Gather>: collect keys, or words, while prompts play (https://www.twilio.com/docs/voice/twiml/gather)."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Final

from sipdomain.twiml.document import Document, Element
from sipdomain.twiml.hearing import Heard
from sipdomain.twiml.program import (
    Answer,
    Continue,
    Crash,
    Failed,
    First,
    FirstOf,
    Goto,
    Happened,
    Hear,
    Key,
    Nested,
    Outcome,
    Parameters,
    Pressed,
    Program,
    Sleep,
    Want,
)
from sipdomain.twiml.verbs.say import language_tag
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

MOST_KEYS: Final = 256
"""Keys of one input: without numDigits it ends here (assumed: the provider publishes no limit)."""
LONGEST: Final = 24 * 60 * 60
_BEFORE: Final = frozenset({"Say", "Play", "Pause"})

MODELS: Final = (
    "default", "numbers_and_commands", "phone_call", "experimental_conversations", "experimental_utterances",
    "googlev2_long", "googlev2_short", "googlev2_telephony", "googlev2_telephony_short", "deepgram_nova-2",
    "deepgram_nova-3",
)  # fmt: skip
MOST_HINTS: Final = 500
LONGEST_HINT: Final = 100


def _speech_timeout(text: str) -> str:
    if text.strip() != "auto":
        integer(1, LONGEST)(text)
    return text.strip()


def _hints(text: str) -> str:
    words = text.split(",")
    if len(words) > MOST_HINTS or any(len(each.strip()) > LONGEST_HINT for each in words):
        raise ValueError(
            f"it may hold {MOST_HINTS} phrases of {LONGEST_HINT} characters, with commas between"
        )
    return text


INPUT: Final = Attribute(
    name="input", default="dtmf", code=13326, read=one_of("dtmf", "speech", "dtmf speech", "speech dtmf")
)
ACTION: Final = Attribute(name="action", default="", code=12200, read=anything)
METHOD: Final = Attribute(name="method", default="POST", code=13312, read=http_method)
TIMEOUT: Final = Attribute(name="timeout", default=5, code=13313, read=integer(1, LONGEST))
NUM_DIGITS: Final = Attribute(name="numDigits", default=MOST_KEYS, code=13314, read=integer(1, MOST_KEYS))
FINISH_ON_KEY: Final = Attribute(
    name="finishOnKey",
    default="#",
    code=13310,
    read=matching(r"[0-9*#]?", "it must be one of 0-9, * and #, or empty"),
)
ON_EMPTY: Final = Attribute(name="actionOnEmptyResult", default="false", code=13338, read=flag)
SPEECH_TIMEOUT: Final = Attribute(name="speechTimeout", default="", code=13327, read=_speech_timeout)
SPEECH_MODEL: Final = Attribute(name="speechModel", default="", code=13334, read=one_of(*MODELS))
LONGEST_SPEECH: Final = 60
MAX_SPEECH_TIME: Final = Attribute(
    name="maxSpeechTime", default=LONGEST_SPEECH, code=13328, read=integer(1, LONGEST)
)
PARTIAL: Final = Attribute(name="partialResultCallback", default="", code=12200, read=anything)
PARTIAL_METHOD: Final = Attribute(
    name="partialResultCallbackMethod", default="POST", code=13329, read=http_method
)
LANGUAGE: Final = Attribute(name="language", default="en-US", code=13331, read=language_tag)
HINTS: Final = Attribute(name="hints", default="", code=13330, read=_hints)
PROFANITY_FILTER: Final = Attribute(name="profanityFilter", default="true", code=13333, read=flag)
_SPEECH: Final = (
    SPEECH_TIMEOUT, SPEECH_MODEL, MAX_SPEECH_TIME, PARTIAL, PARTIAL_METHOD, LANGUAGE, HINTS, PROFANITY_FILTER,
    Attribute(name="bargeIn", default="true", code=13332, read=flag),
    Attribute(name="enhanced", default="false", code=12200, read=flag),
    Attribute(name="debug", default="false", code=12200, read=flag),
)  # fmt: skip
FIRST_PAUSE: Final = 0.8
"""After how many seconds of silence `speechTimeout="auto"` takes a pause for the end (assumed)."""
_UNKNOWN_TO: Final = {
    "deepgram_nova-2": frozenset({"af", "am", "ar", "he", "km", "lo", "ne", "si", "sw", "zu"})
}
"""By model, languages that it does not know (assumed: of the pairs that the provider refuses no list is published)."""
_MOST_SOUNDS: Final = 3
"""How many sounds without a word may come before nothing was said (assumed)."""


def run(element: Element) -> Program:
    """Answer, then collect keys or words; what is inside plays until the first of them.

    With any the action URL is asked, and is the next document; without the next verb follows, unless
    `actionOnEmptyResult` is "true".
    """
    ending = settle((yield Answer()))
    if ending is not None:
        return ending
    if is_unknown_pair(element):
        return Continue()
    hears = "speech" in INPUT.of(element)
    result = yield from (_listen(element) if hears else _collect(element))
    said: Parameters
    match result:
        case Heard(text, confidence):
            said = (("SpeechResult", text), ("Confidence", f"{confidence:.8g}"))
        case str(keys):
            if not keys and ON_EMPTY.of(element) == "false":
                return Continue()
            said = (("Digits" if "dtmf" in INPUT.of(element) else "SpeechResult", keys),)
        case outcome:
            return outcome
    return Goto(ACTION.of(element).strip(), METHOD.of(element), said, "action")


def is_unknown_pair(element: Element) -> bool:
    """Return whether the model does not know the language: such a Gather fails."""
    speaks = LANGUAGE.of(element).partition("-")[0].lower()
    return "speech" in INPUT.of(element) and speaks in _UNKNOWN_TO.get(SPEECH_MODEL.of(element), ())


def pause_of(element: Element) -> float:
    """Return after how many seconds of silence the caller has spoken."""
    said = SPEECH_TIMEOUT.of(element)
    if said == "auto" and not SPEECH_MODEL.of(element):
        return FIRST_PAUSE
    return float(TIMEOUT.of(element) if said in {"", "auto"} else said)


def _listen(element: Element) -> Generator[Want, Happened, Heard | str | Outcome]:
    """Return the words; or what `_collect` does, when a key came first, or nothing."""
    keys = (Key(),) if "dtmf" in INPUT.of(element) else ()
    wait: Want = Nested(Document(prompts(element)))
    sounds = 0
    while True:
        happened = yield Hear(
            FirstOf((wait, *keys)),
            pause=pause_of(element),
            longest=float(min(MAX_SPEECH_TIME.of(element), LONGEST_SPEECH)),
            hints=tuple(each.strip() for each in HINTS.of(element).split(",") if each.strip()),
            language=LANGUAGE.of(element),
            profanity_filter=PROFANITY_FILTER.of(element) == "true",
            partial_url=PARTIAL.of(element).strip(),
            partial_method=PARTIAL_METHOD.of(element),
        )
        match happened:
            case Heard(text) if text:
                return happened
            case Heard() if sounds < _MOST_SOUNDS:
                sounds += 1
            case First(1, Pressed(key)):
                return (yield from _collect(element, key))
            case First(0, over) if isinstance(wait, Nested):
                ending = settle(over)
                if ending is not None:
                    return _prompt_failed(ending)
            case First() | Heard():
                return ""
            case _:
                return settle(happened) or Continue()
        wait = Sleep(float(TIMEOUT.of(element)))


def _collect(element: Element, first: str = "") -> Generator[Want, Happened, str | Outcome]:
    """Return the keys that were pressed, without the one that finishes; or how the call goes on when that is cut short.

    Args:
        element: The Gather.
        first: The key that was pressed first, when that is past, and with it the prompts.
    """
    finish, most = FINISH_ON_KEY.of(element), NUM_DIGITS.of(element)
    if first and first == finish:
        return ""
    keys = first
    wait: Want | None = None if first else Nested(Document(prompts(element)))
    while len(keys) < most:
        match (yield FirstOf((Key(), wait or Sleep(float(TIMEOUT.of(element)))))):
            case First(0, Pressed(key)) if key == finish:
                break
            case First(0, Pressed(key)):
                keys, wait = keys + key, None
            case First(1, happened) if wait is not None:
                ending = settle(happened)
                if ending is not None:
                    return _prompt_failed(ending)
                wait = None
            case First():
                break
            case happened:
                return settle(happened) or Continue()
    return keys


def _prompt_failed(ending: Outcome) -> Outcome:
    """Return how the document ends when a prompt does; a file that is not audio has a code of its own here."""
    match ending:
        case Crash(Failed(13420, reason, url)):
            return Crash(Failed(13325, reason, url))
        case _:
            return ending


def prompts(element: Element) -> tuple[Element, ...]:
    """Return what plays while keys are awaited: `<Say>`, `<Play>` of a file, and `<Pause>`."""
    return tuple(each for each in element.children if each.name in _BEFORE and each.get("digits") is None)


def _check(element: Element) -> Iterator[tuple[int, str]]:
    if is_unknown_pair(element):
        model, language = SPEECH_MODEL.of(element), LANGUAGE.of(element)
        yield 13342, f"speechModel {model} does not know {language}: nothing is gathered"
    if SPEECH_TIMEOUT.of(element) == "auto" and SPEECH_MODEL.of(element):
        yield 13335, "speechTimeout must be a number of seconds where speechModel names a model"
    if any(each.name == "Play" and each.get("digits") is not None for each in element.children):
        yield 13320, "has a <Play> of digits inside, which is left out"


GATHER: Final = Verb(
    name="Gather",
    run=run,
    wordless=True,
    attributes=(INPUT, ACTION, METHOD, TIMEOUT, NUM_DIGITS, FINISH_ON_KEY, ON_EMPTY, *_SPEECH),
    children=_BEFORE,
    check=_check,
    misplaced=13320,
    codes={("Say", "voice"): 13321, ("Say", "loop"): 13322},
)
