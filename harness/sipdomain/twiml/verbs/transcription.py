"""<Transcription> inside <Start> and <Stop> (https://www.twilio.com/docs/voice/twiml/transcription)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from sipdomain.twiml.document import Element
from sipdomain.twiml.hearing import Transcribe
from sipdomain.twiml.tracks import TRACKS, TrackWord
from sipdomain.twiml.verbs.gather import HINTS as HINTS_OF_GATHER
from sipdomain.twiml.verbs.say import language_tag
from sipdomain.twiml.verbs.verb import Attribute, Noun, anything, flag, http_method, matching, one_of

ENGINES: Final = ("google", "deepgram")
LONGEST_NAME: Final = 256
"""Characters of a name (assumed)."""

NAME: Final = Attribute(
    name="name", default="", code=12200,
    read=matching(rf"[^\x00-\x1f]{{0,{LONGEST_NAME}}}", f"it may have {LONGEST_NAME} characters"),
)  # fmt: skip
CALLBACK: Final = Attribute(
    name="statusCallbackUrl", default="", code=12200,
    read=matching(r"\s*(?i:https?)://\S+\s*", "it must be an absolute URL, of http or https"),
)  # fmt: skip
METHOD: Final = Attribute(name="statusCallbackMethod", default="POST", code=12200, read=http_method)
TRACK: Final = Attribute(name="track", default="both_tracks", code=12200, read=one_of(*TRACKS))
INBOUND_LABEL: Final = Attribute(name="inboundTrackLabel", default="", code=12200, read=anything)
OUTBOUND_LABEL: Final = Attribute(name="outboundTrackLabel", default="", code=12200, read=anything)
LANGUAGE: Final = Attribute(name="languageCode", default="en-US", code=12200, read=language_tag)
ENGINE: Final = Attribute(name="transcriptionEngine", default="google", code=12200, read=one_of(*ENGINES))
MODEL: Final = Attribute(name="speechModel", default="telephony", code=12200, read=anything)
PARTIALS: Final = Attribute(name="partialResults", default="false", code=12200, read=flag)
PROFANITY_FILTER: Final = Attribute(name="profanityFilter", default="true", code=12200, read=flag)
PUNCTUATION: Final = Attribute(name="enableAutomaticPunctuation", default="true", code=12200, read=flag)
HINTS: Final = Attribute(name="hints", default="", code=12200, read=HINTS_OF_GATHER.read)
_WARNED: Final = (
    Attribute(name="enableProviderData", default="false", code=12200, read=flag),
    Attribute(name="intelligenceService", default="", code=12200, read=anything),
)
WITHOUT_EFFECT: Final = (
    Attribute(name="conversationConfiguration", default="", code=12200, read=anything),
    Attribute(name="conversationId", default="", code=12200, read=anything),
)
"""Taken, as `sipdomain lint` notes."""


def _check(element: Element) -> Iterator[tuple[int, str]]:
    if element.get("intelligenceService"):
        yield 12200, "has intelligenceService, which is not emulated: nothing is stored there"
    if element.get("enableProviderData") == "true":
        yield (
            12200,
            "has enableProviderData, which is not emulated: callbacks have no TranscriptionProviderData",
        )


TRANSCRIPTION: Final = Noun(
    name="Transcription",
    attributes=(
        NAME, CALLBACK, METHOD, TRACK, INBOUND_LABEL, OUTBOUND_LABEL, LANGUAGE, ENGINE, MODEL, PARTIALS,
        PROFANITY_FILTER, PUNCTUATION, HINTS, *_WARNED, *WITHOUT_EFFECT,
    ),
    children=frozenset({"Config", "Parameter"}),
    check=_check,
)  # fmt: skip


def transcribe(element: Element) -> Transcribe:
    """Return what a <Transcription> asks for."""
    return Transcribe(
        name=NAME.of(element).strip(),
        callback_url=CALLBACK.of(element).strip(),
        callback_method=METHOD.of(element),
        track=cast("TrackWord", TRACK.of(element)),
        inbound_label=INBOUND_LABEL.of(element),
        outbound_label=OUTBOUND_LABEL.of(element),
        language=LANGUAGE.of(element),
        engine=ENGINE.of(element),
        model=MODEL.of(element),
        partials=PARTIALS.of(element) == "true",
        profanity_filter=PROFANITY_FILTER.of(element) == "true",
        punctuation=PUNCTUATION.of(element) == "true",
        hints=HINTS.of(element),
    )
