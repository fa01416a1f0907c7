"""<Leave>: leave the queue, and go on after its <Enqueue> (https://www.twilio.com/docs/voice/twiml/leave)."""

from __future__ import annotations

from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.program import Answer, Leave, Program
from sipdomain.twiml.verbs.verb import Verb, settle


def run(element: Element) -> Program:
    """Leave the queue; outside of a waitUrl there is none to leave, and the call is answered and ends (assumed)."""
    del element
    return settle((yield Answer())) or Leave()


LEAVE: Final = Verb(name="Leave", run=run, wordless=True)
