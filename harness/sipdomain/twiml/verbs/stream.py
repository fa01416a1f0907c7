"""<Stream>, inside <Connect>, <Start> and <Stop>: the call's audio over a WebSocket.

Source: https://www.twilio.com/docs/voice/twiml/stream
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.streaming import OpenStream
from sipdomain.twiml.tracks import TRACKS
from sipdomain.twiml.verbs.verb import Attribute, Noun, anything, http_method, one_of

LONGEST_PARAMETER: Final = 500
"""Name and value of one parameter together have fewer characters (https://www.twilio.com/docs/voice/twiml/stream)."""
MOST_PARAMETERS: Final = 99
"""How many parameters are sent on, and how many `ParameterN.Name` there are in the REST API
(https://github.com/twilio/twilio-oai); that a document has no more is assumed."""
URL: Final = Attribute(name="url", default="", code=12200, read=anything)
NAME: Final = Attribute(name="name", default="", code=12200, read=anything)
TRACK: Final = Attribute(name="track", default="inbound_track", code=12200, read=one_of(*TRACKS))
CALLBACK: Final = Attribute(name="statusCallback", default="", code=12200, read=anything)
CALLBACK_METHOD: Final = Attribute(name="statusCallbackMethod", default="POST", code=12200, read=http_method)
WITHOUT_EFFECT: Final = tuple(
    Attribute(name=name, default="", code=12200, read=anything)
    for name in ("connectorName", "audioFormat", "sampleRate")
)
"""In the SDK, and on no page: taken, and without effect, as `sipdomain lint` notes."""


def wish(stream: Element, *, both_ways: bool) -> OpenStream:
    """Return what a <Stream> asks for; one that goes both ways may have the inbound track alone (rule connect-track)."""
    return OpenStream(
        url=URL.of(stream).strip(),
        name=NAME.of(stream).strip(),
        tracks=TRACKS[TRACK.of(stream)],
        both_ways=both_ways,
        parameters=tuple(parameters_of(stream)),
        callback_url=CALLBACK.of(stream).strip(),
        callback_method=CALLBACK_METHOD.of(stream),
    )


def parameters_of(noun: Element) -> Iterator[tuple[str, str]]:
    """Yield the parameters that are sent on: those that are short enough, and no more than 99."""
    named = [each for each in noun.children if each.name == "Parameter" and each.get("name")]
    for each in named[:MOST_PARAMETERS]:
        name, value = each.get("name") or "", each.get("value") or ""
        if len(name) + len(value) < LONGEST_PARAMETER:
            yield name, value


def background_name(stream: Element) -> str:
    """Return by which name a stream goes on in the background, or "" for one without a name."""
    name = NAME.of(stream).strip()
    return f"stream {name}" if name else ""


def check_parameters(element: Element) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with the parameters of a noun."""
    named = [each for each in element.children if each.name == "Parameter"]
    for each in named:
        name, value = each.get("name") or "", each.get("value") or ""
        if not name:
            yield 12200, "has a <Parameter> without a name, which is left out"
        elif len(name) + len(value) >= LONGEST_PARAMETER:
            size = len(name) + len(value)
            yield (
                12200,
                f"has a parameter {name[:40]!r} of {size} characters with its value, which is left out",
            )
    if len(named) > MOST_PARAMETERS:
        yield 12200, f"has {len(named)} parameters; those after the first {MOST_PARAMETERS} are left out"


STREAM: Final = Noun(
    name="Stream",
    attributes=(URL, NAME, TRACK, CALLBACK, CALLBACK_METHOD, *WITHOUT_EFFECT),
    children=frozenset({"Parameter"}),
    check=check_parameters,
    wordless=True,
)
