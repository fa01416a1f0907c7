"""<Hangup>: end the call (https://www.twilio.com/docs/voice/twiml/hangup)."""

from __future__ import annotations

from typing import Final

from harness.twiml.document import Element
from harness.twiml.program import Answer, End, Program
from harness.twiml.verbs.verb import Verb, settle


def run(_element: Element) -> Program:
    """End the call; as the first verb it answers before, and the call is billed."""
    return settle((yield Answer())) or End()


HANGUP: Final = Verb(name="Hangup", run=run)
