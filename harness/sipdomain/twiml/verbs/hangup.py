"""<Hangup>: end the call (https://www.twilio.com/docs/voice/twiml/hangup)."""

from __future__ import annotations

from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.program import Answer, End, Program
from sipdomain.twiml.verbs.verb import Verb, settle


def run(_element: Element) -> Program:
    """End the call; as the first verb it answers before, and the call is billed."""
    return settle((yield Answer())) or End()


HANGUP: Final = Verb(name="Hangup", run=run, wordless=True)
