"""<Pause>: wait in silence (https://www.twilio.com/docs/voice/twiml/pause)."""

from __future__ import annotations

from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.program import Continue, Program, Sleep
from sipdomain.twiml.verbs.verb import Attribute, Verb, integer, settle

LONGEST: Final = 24 * 60 * 60

LENGTH: Final = Attribute(name="length", default=1, code=13910, read=integer(1, LONGEST))


def run(element: Element) -> Program:
    """Wait. It does not answer: as the first verb it delays the pick-up, as the page says."""
    return settle((yield Sleep(float(LENGTH.of(element))))) or Continue()


PAUSE: Final = Verb(name="Pause", run=run, attributes=(LENGTH,), wordless=True)
