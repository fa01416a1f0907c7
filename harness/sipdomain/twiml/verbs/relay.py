"""<ConversationRelay> inside <Connect>: a server talks to the caller in text.

Sources: https://www.twilio.com/docs/voice/twiml/connect/conversationrelay, and the provider's SDK for what is newer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, cast

from sipdomain.twiml.document import Element
from sipdomain.twiml.relay import Interruptible, OpenRelay
from sipdomain.twiml.verbs.stream import check_parameters, parameters_of
from sipdomain.twiml.verbs.verb import Attribute, Noun, anything, flag, matching, one_of

INVALID: Final = 64101
UNSUITABLE: Final = 64106
AUTO_PAUSE: Final = 0.8
"""After how many seconds of silence `speechTimeout="auto"` takes a pause for the end (assumed)."""
MOST_LANGUAGES: Final = 100
"""How many `<Language>` are looked at (assumed)."""
MOST_HINTS: Final = 500
"""How many hints are looked at (assumed: as many as a Gather has)."""
_INTERRUPTIBLE: Final = ("none", "dtmf", "speech", "any")
_LANGUAGE: Final = matching(
    r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*|multi", "it must be a language tag such as en-US, or multi"
)
_DEEPGRAM: Final = re.compile(r"(nova|flux|enhanced|base)(-[a-z0-9]+)*")
_VOICES: Final = {
    "Google": re.compile(r"[a-z]{2,3}-[A-Z]{2}-[A-Za-z0-9-]+"),
    "Amazon": re.compile(r"[A-Z][a-z]+(-(Neural|Generative|Long-Form|Standard))?"),
    "ElevenLabs": re.compile(r"[A-Za-z0-9]{20}(-.+)?"),
}
_EVENTS: Final = frozenset({"speaker-events", "tokens-played"})
_DEBUG: Final = _EVENTS | {"debugging"}


def _interruption(text: str) -> Interruptible:
    """Read none, dtmf, speech or any; true is any, and false none."""
    word = {"true": "any", "false": "none"}.get(text.strip().lower(), text.strip().lower())
    if word not in _INTERRUPTIBLE:
        raise ValueError(f"it must be {' or '.join(_INTERRUPTIBLE)}")
    return cast("Interruptible", word)


def _between(low: float, high: float) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text.strip()) or not low <= float(text) <= high:
            raise ValueError(f"it must be a number from {low:g} to {high:g}")
        return text.strip()

    return read


def _pause(text: str) -> float:
    """Read milliseconds, or auto, as seconds."""
    if text.strip() == "auto":
        return AUTO_PAUSE
    try:
        return float(_between(600, 5000)(text)) / 1000
    except ValueError as error:
        raise ValueError(f"{error} of milliseconds, or auto") from error


def _words_of(known: frozenset[str]) -> Callable[[str], frozenset[str]]:
    def read(text: str) -> frozenset[str]:
        words = frozenset(text.split())
        if words - known:
            raise ValueError(f"it may have {' and '.join(sorted(known))}, with blanks between")
        return words

    return read


def _attribute(name: str, default: Any, read: Callable[[str], Any], code: int = INVALID) -> Attribute[Any]:
    return Attribute(name=name, default=default, code=code, read=read)


URL: Final = _attribute("url", "", anything)
GREETING: Final = _attribute("welcomeGreeting", "", anything)
GREETING_INTERRUPTIBLE: Final = _attribute("welcomeGreetingInterruptible", "any", _interruption)
LANGUAGE: Final = _attribute("language", "en-US", _LANGUAGE, UNSUITABLE)
TTS_LANGUAGE: Final = _attribute("ttsLanguage", "", _LANGUAGE, UNSUITABLE)
STT_LANGUAGE: Final = _attribute("transcriptionLanguage", "", _LANGUAGE, UNSUITABLE)
TTS_PROVIDER: Final = _attribute("ttsProvider", "ElevenLabs", one_of(*_VOICES), UNSUITABLE)
VOICE: Final = _attribute("voice", "", anything, UNSUITABLE)
STT_PROVIDER: Final = _attribute(
    "transcriptionProvider", "Deepgram", one_of("Deepgram", "Google"), UNSUITABLE
)
MODEL: Final = _attribute("speechModel", "", anything, UNSUITABLE)
INTERRUPTIBLE: Final = _attribute("interruptible", "any", _interruption)
SENSITIVITY: Final = _attribute("interruptSensitivity", "high", one_of("low", "medium", "high"))
REPORTS: Final = _attribute("reportInputDuringAgentSpeech", "none", _interruption)
PREEMPTIBLE: Final = _attribute("preemptible", "false", flag)
DTMF: Final = _attribute("dtmfDetection", "false", flag)
PARTIALS: Final = _attribute("partialPrompts", "false", flag)
PAUSE: Final = _attribute("speechTimeout", AUTO_PAUSE, _pause)
THRESHOLD: Final = _attribute("eotThreshold", "", _between(0.5, 0.9))
BACKCHANNEL: Final = _attribute("ignoreBackchannel", "false", flag)
HINTS: Final = _attribute("hints", "", anything)
PROFANITY: Final = _attribute("profanityFilter", "false", flag)
EVENTS: Final = _attribute("events", frozenset(), _words_of(_EVENTS))
DEBUG: Final = _attribute("debug", frozenset(), _words_of(_DEBUG))
WITHOUT_EFFECT: Final = (
    THRESHOLD,
    _attribute("deepgramSmartFormat", "true", flag),
    _attribute("elevenlabsTextNormalization", "off", one_of("on", "off", "auto")),
    _attribute("eagerEotThreshold", "", _between(0.3, 0.9)),
    _attribute("asrSmartFormat", "true", flag),
    _attribute("ttsTextNormalization", "off", one_of("auto", "on", "off")),
    _attribute("partialPromptOnHangup", "false", flag),
    _attribute("applicationReconnect", "false", flag),
    _attribute("echoPromptFiltering", "false", flag),
    _attribute("turnDetection", "false", flag),
    *(
        _attribute(name, "", anything)
        for name in (
            "intelligenceService", "conversationConfiguration", "conversationId", "backgroundNoiseReduction",
            "ttsLanguageTextNormalization", "elevenlabsLanguageTextNormalization", "includeInPrompt", "customerName",
            "deepgramsmartformat", "ignorebackchannel", "speechtimeout", "backgroundnoisereduction",
        )
    ),
)  # fmt: skip
"""Taken, and without effect here, as `sipdomain lint` notes; the last four are how the Node SDK spells them."""
CODE: Final = _attribute("code", "", _LANGUAGE, UNSUITABLE)
_OF_LANGUAGE: Final = (TTS_PROVIDER, VOICE, STT_PROVIDER, MODEL)
LANGUAGE_NOUN: Final = Noun(
    name="Language",
    attributes=(
        CODE, *_OF_LANGUAGE, HINTS,
        *(each for each in WITHOUT_EFFECT if each.name in {"asrSmartFormat", "ttsTextNormalization"}),
    ),
    wordless=True,
)  # fmt: skip


def wish(relay: Element) -> OpenRelay:
    """Return what a <ConversationRelay> asks for, with what is wrong with it."""
    said = EVENTS.of(relay) | DEBUG.of(relay)
    language = LANGUAGE.of(relay)
    hints = tuple(each.strip() for each in HINTS.of(relay).split(",") if each.strip())
    return OpenRelay(
        url=URL.of(relay).strip(),
        greeting=" ".join(GREETING.of(relay).split()),
        greeting_interruptible=GREETING_INTERRUPTIBLE.of(relay),
        tts_language=TTS_LANGUAGE.of(relay) or language,
        transcription_language=STT_LANGUAGE.of(relay) or language,
        voices=tuple((CODE.of(each), VOICE.of(each)) for each in _languages(relay)),
        voice=VOICE.of(relay),
        interruptible=INTERRUPTIBLE.of(relay),
        sensitivity=SENSITIVITY.of(relay),
        reports=REPORTS.of(relay),
        preemptible=PREEMPTIBLE.of(relay) == "true",
        keys=DTMF.of(relay) == "true",
        partials=PARTIALS.of(relay) == "true",
        pause=PAUSE.of(relay),
        ignores_backchannel=BACKCHANNEL.of(relay) == "true",
        hints=hints[:MOST_HINTS],
        profanity_filter=PROFANITY.of(relay) == "true",
        speaker_events="speaker-events" in said,
        played_events="tokens-played" in said,
        parameters=tuple(parameters_of(relay)),
        refusal=next(_refusals(relay), None),
    )


def _languages(relay: Element) -> tuple[Element, ...]:
    return tuple(each for each in relay.children if each.name == LANGUAGE_NOUN.name)[:MOST_LANGUAGES]


def _refusals(relay: Element) -> Iterator[tuple[int, str]]:
    """Yield what a session does not begin with, or ends by at once; alerts of it come with the document."""
    for element in (relay, *_languages(relay)):
        for each in RELAY.attributes or () if element is relay else LANGUAGE_NOUN.attributes or ():
            text = element.get(each.name)
            if text is not None and (complaint := each.complaint(text)):
                yield each.code, f"{each.name}: {complaint}"
    yield from ((code, f"ConversationRelay {said}") for code, said in _unsuitable(relay))


def _unsuitable(relay: Element) -> Iterator[tuple[int, str]]:
    """Yield which providers, voices, models and languages do not go together."""
    for element in (relay, *_languages(relay)):
        # What a <Language> does not say holds as its parent says (assumed).
        provider = TTS_PROVIDER.of(element if element.get("ttsProvider") else relay)
        hearing = STT_PROVIDER.of(element if element.get("transcriptionProvider") else relay)
        voice, model = VOICE.of(element), MODEL.of(element)
        if voice and not _VOICES[provider].fullmatch(voice):
            yield UNSUITABLE, f"has voice {voice[:60]!r}, which {provider} does not have"
        if model and (hearing == "Deepgram") != bool(_DEEPGRAM.fullmatch(model)):
            yield UNSUITABLE, f"has speechModel {model[:60]!r}, which {hearing} does not have"
        languages = {element.get("code"), element.get("language")}
        if "multi" in languages | {element.get("ttsLanguage")} and provider != "ElevenLabs":
            yield UNSUITABLE, f"speaks multi, which {provider} does not"
        hears_multi = hearing == "Deepgram" and model in {"", "nova-2-general", "nova-3-general"}
        if "multi" in languages | {element.get("transcriptionLanguage")} and not hears_multi:
            yield UNSUITABLE, "hears multi, which only Deepgram's nova-2-general and nova-3-general do"


def _check(relay: Element) -> Iterator[tuple[int, str]]:
    yield from _unsuitable(relay)
    yield from ((INVALID, said) for _, said in check_parameters(relay))
    if not MODEL.of(relay).startswith("flux"):
        for each in (PARTIALS, THRESHOLD):
            if each.of(relay) != each.default:
                yield 12200, f"has {each.name}, which needs a speechModel of Deepgram's flux"


RELAY: Final = Noun(
    name="ConversationRelay",
    attributes=(
        URL, GREETING, GREETING_INTERRUPTIBLE, LANGUAGE, TTS_LANGUAGE, STT_LANGUAGE, *_OF_LANGUAGE, INTERRUPTIBLE,
        SENSITIVITY, REPORTS, PREEMPTIBLE, DTMF, PARTIALS, PAUSE, BACKCHANNEL, HINTS, PROFANITY, EVENTS, DEBUG,
        *WITHOUT_EFFECT,
    ),
    children=frozenset({"Language", "Parameter"}),
    check=_check,
    wordless=True,
)  # fmt: skip
