"""<Redirect>: go on with another document (https://www.twilio.com/docs/voice/twiml/redirect)."""

from __future__ import annotations

from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.program import Goto, Program
from sipdomain.twiml.verbs.verb import Attribute, Verb, http_method

METHOD: Final = Attribute(name="method", default="POST", code=13710, read=http_method)


def run(element: Element) -> Program:
    """Leave the document. It does not answer: a call that still rings goes on ringing.

    That is so for SIP calls (https://www.twilio.com/docs/voice/api/sip-twiml). An empty URL means the current
    document, as an empty reference does (RFC 3986 section 4.4).
    """
    yield from ()
    return Goto(element.text.strip(), METHOD.of(element))


REDIRECT: Final = Verb(name="Redirect", run=run, attributes=(METHOD,))
