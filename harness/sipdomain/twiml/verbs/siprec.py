"""<Siprec>, inside <Start> and <Stop>: the call's audio to a session recording server.

Source: https://www.twilio.com/docs/voice/twiml/siprec
"""

from __future__ import annotations

from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.siprec import OpenSiprec
from sipdomain.twiml.tracks import TRACKS
from sipdomain.twiml.verbs.stream import check_parameters, parameters_of
from sipdomain.twiml.verbs.verb import Attribute, Noun, anything, http_method, one_of

NAME: Final = Attribute(name="name", default="", code=12200, read=anything)
CONNECTOR: Final = Attribute(name="connectorName", default="", code=12200, read=anything)
TRACK: Final = Attribute(name="track", default="both_tracks", code=12200, read=one_of(*TRACKS))
CALLBACK: Final = Attribute(name="statusCallback", default="", code=12200, read=anything)
CALLBACK_METHOD: Final = Attribute(name="statusCallbackMethod", default="POST", code=12200, read=http_method)


def wish(siprec: Element) -> OpenSiprec:
    """Return what a <Siprec> asks for."""
    return OpenSiprec(
        connector=CONNECTOR.of(siprec).strip(),
        name=NAME.of(siprec).strip(),
        tracks=TRACKS[TRACK.of(siprec)],
        parameters=tuple(parameters_of(siprec)),
        callback_url=CALLBACK.of(siprec).strip(),
        callback_method=CALLBACK_METHOD.of(siprec),
    )


SIPREC: Final = Noun(
    name="Siprec",
    attributes=(CONNECTOR, NAME, TRACK, CALLBACK, CALLBACK_METHOD),
    children=frozenset({"Parameter"}),
    check=check_parameters,
    wordless=True,
)
