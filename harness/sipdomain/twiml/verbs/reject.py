"""<Reject>: refuse the call without answering it (https://www.twilio.com/docs/voice/twiml/reject)."""

from __future__ import annotations

from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.program import Program, Refuse
from sipdomain.twiml.verbs.verb import Attribute, Verb, one_of

REASON: Final = Attribute(name="reason", default="rejected", code=13810, read=one_of("rejected", "busy"))


def run(element: Element) -> Program:
    """Refuse. Only the first verb of a document can; the runner makes any other end the call."""
    yield from ()
    return Refuse(REASON.of(element))


REJECT: Final = Verb(name="Reject", run=run, attributes=(REASON,), wordless=True)
