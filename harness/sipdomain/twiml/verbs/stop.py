"""<Stop>: end what <Start> began (https://www.twilio.com/docs/voice/twiml/recording)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.program import Answer, Continue, Failed, Program, Stop
from sipdomain.twiml.verbs.start import INSIDE, RECORDING, background_name, not_emulated
from sipdomain.twiml.verbs.verb import Verb, settle


def run(element: Element) -> Program:
    """Answer, then end each of what is inside; what has ended, or never began, is left as it is (assumed)."""
    ending = settle((yield Answer()))
    for each in element.children:
        if ending is not None:
            break
        if each.name != RECORDING.name:
            ending = not_emulated(element, each) if each.name in INSIDE else None
        elif name := background_name(each):
            happened = yield Stop(name)
            ending = None if isinstance(happened, Failed) else settle(happened)
    return ending or Continue()


def _check(element: Element) -> Iterator[tuple[int, str]]:
    if not element.children:
        yield 12200, "has nothing inside to end"
    if any(each.name == RECORDING.name and not background_name(each) for each in element.children):
        yield 12200, "has a <Recording> without a name, which ends nothing"


STOP: Final = Verb(name="Stop", run=run, children=INSIDE, check=_check, wordless=True)
