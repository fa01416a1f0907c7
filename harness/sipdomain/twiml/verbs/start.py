"""<Start>: begin something in the background: <Recording>, <Siprec>, <Stream> and <Transcription> are carried out.

Sources: https://www.twilio.com/docs/voice/twiml/recording, …/siprec, …/stream, …/transcription
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.program import Answer, Begin, Continue, Program
from sipdomain.twiml.recording import Record
from sipdomain.twiml.verbs import siprec, stream
from sipdomain.twiml.verbs.record import CALLBACK, CALLBACK_EVENT, CALLBACK_METHOD, CONFIGURATION, TRIM
from sipdomain.twiml.verbs.transcription import TRANSCRIPTION, transcribe
from sipdomain.twiml.verbs.verb import Attribute, Noun, Verb, anything, http_method, one_of, settle

NAME: Final = Attribute(name="name", default="", code=12200, read=anything)
TRACK: Final = Attribute(name="track", default="both", code=12200, read=one_of("inbound", "outbound", "both"))
CHANNELS: Final = Attribute(name="channels", default="dual", code=12200, read=one_of("mono", "dual"))
ACTION: Final = Attribute(name="action", default="", code=12200, read=anything)
METHOD: Final = Attribute(name="method", default="POST", code=12200, read=http_method)

RECORDING: Final = Noun(
    name="Recording",
    attributes=(NAME, TRACK, CHANNELS, TRIM, CALLBACK, CALLBACK_METHOD, CALLBACK_EVENT, CONFIGURATION),
)
BACKGROUND: Final = {
    each.name: each
    for each in (
        RECORDING,
        stream.STREAM,
        TRANSCRIPTION,
        siprec.SIPREC,
        Noun(name="Config", attributes=None),
        Noun(name="Parameter", attributes=None),
    )
}
"""What stands inside <Start> and <Stop>, and inside that."""
INSIDE: Final = frozenset(BACKGROUND) - {"Config", "Parameter"}


def run(element: Element) -> Program:
    """Answer, then begin each of what is inside, and go on at once.

    A recording, stream or transcription whose name is taken, and what is not emulated, ends the document (assumed).
    """
    ending = settle((yield Answer()))
    for each in element.children:
        if ending is not None:
            break
        if each.name == RECORDING.name:
            ending = settle((yield Begin(_wish(each), background_name(each))))
        elif each.name == stream.STREAM.name:
            wish = stream.wish(each, both_ways=False)
            ending = settle((yield Begin(wish, stream.background_name(each))))
        elif each.name == TRANSCRIPTION.name:
            ending = settle((yield Begin(transcribe(each), background_name(each))))
        elif each.name == siprec.SIPREC.name:
            ending = settle((yield Begin(siprec.wish(each), background_name(each))))
    return ending or Continue()


def background_name(inside: Element) -> str:
    """Return by which name something goes on in the background, or "" for what has no name."""
    name = (inside.get("name") or "").strip()
    return f"{inside.name.lower()} {name}" if name else ""


def _wish(recording: Element) -> Record:
    track = TRACK.of(recording)
    return Record(
        source="StartCallRecordingAPI",
        track="inbound" if track == "inbound" else "outbound" if track == "outbound" else "both",
        channels=2 if CHANNELS.of(recording) == "dual" and track == "both" else 1,
        trim=TRIM.of(recording) == "trim-silence",
        callback_url=CALLBACK.of(recording).strip(),
        callback_method=CALLBACK_METHOD.of(recording),
        callback_events=tuple(CALLBACK_EVENT.of(recording).split()),
    )


def _check(element: Element) -> Iterator[tuple[int, str]]:
    if not element.children:
        yield 12200, "has nothing inside to begin"


START: Final = Verb(
    name="Start", run=run, attributes=(ACTION, METHOD), children=INSIDE, check=_check, wordless=True
)
