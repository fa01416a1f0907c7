"""What <Gather> of speech and <Transcription> ask of the call, and what they get back."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.twiml.tracks import TrackWord


@dataclass(frozen=True, slots=True)
class Heard:
    """The caller spoke, and paused for long enough.

    Attributes:
        text: The words; "" when there was a sound and no word was understood.
        confidence: From 0 to 1.
    """

    text: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcribe:
    """Transcribe the call until it is stopped or over; `Done` at its end, `Failed` when it cannot begin.

    Attributes:
        name: By which the REST API and `<Stop>` know it too, or "".
        callback_url: As written, absolute once it is carried out; told of everything, or "".
        callback_method: "GET" or "POST".
        track: Who is transcribed: the caller, what the caller hears, or both.
        inbound_label: What the caller is called in the first callback, or "".
        outbound_label: What the other side is called, or "".
        language: A BCP 47 tag.
        engine: Whose recogniser it would be.
        model: Which of its models.
        partials: Whether what is not final is reported as well.
        profanity_filter: Whether profanities lose all letters but the first.
        punctuation: Whether punctuation stays.
        hints: Phrases that are likely, with commas between.
    """

    name: str = ""
    callback_url: str = ""
    callback_method: str = "POST"
    track: TrackWord = "both_tracks"
    inbound_label: str = ""
    outbound_label: str = ""
    language: str = "en-US"
    engine: str = "google"
    model: str = "telephony"
    partials: bool = False
    profanity_filter: bool = True
    punctuation: bool = True
    hints: str = ""
