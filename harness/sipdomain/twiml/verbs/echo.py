"""<Echo>: let the caller hear what it says, until it hangs up.

The provider's SDKs have it, and no page describes it: all of it is assumed, but that it has no attributes
(https://github.com/twilio/twilio-python, `twiml/voice_response.py`).
"""

from __future__ import annotations

from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.program import Answer, Echo, End, Program
from sipdomain.twiml.verbs.verb import Verb, settle


def run(element: Element) -> Program:
    """Answer, and echo; it ends with the call, or with a document that the REST API brings."""
    del element
    ending = settle((yield Answer()))
    if ending is not None:
        return ending
    return settle((yield Echo())) or End()


ECHO: Final = Verb(name="Echo", run=run)
