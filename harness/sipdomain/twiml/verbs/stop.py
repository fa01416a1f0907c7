"""<Stop>: end what <Start> began (https://www.twilio.com/docs/voice/twiml/recording, …/stream, …/transcription)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.program import Answer, Continue, Failed, Program, Stop
from sipdomain.twiml.verbs import siprec, stream
from sipdomain.twiml.verbs.start import INSIDE, RECORDING, background_name
from sipdomain.twiml.verbs.transcription import TRANSCRIPTION
from sipdomain.twiml.verbs.verb import Verb, settle

_NAMES: Final = {
    RECORDING.name: background_name, TRANSCRIPTION.name: background_name, stream.STREAM.name: stream.background_name,
    siprec.SIPREC.name: background_name,
}  # fmt: skip


def run(element: Element) -> Program:
    """Answer, then end each of what is inside; what has ended, or never began, is left as it is (assumed)."""
    ending = settle((yield Answer()))
    for each in element.children:
        if ending is not None:
            break
        if each.name in _NAMES and (name := _NAMES[each.name](each)):
            happened = yield Stop(name)
            ending = None if isinstance(happened, Failed) else settle(happened)
    return ending or Continue()


def _check(element: Element) -> Iterator[tuple[int, str]]:
    if not element.children:
        yield 12200, "has nothing inside to end"
    for each in element.children:
        if each.name in _NAMES and not _NAMES[each.name](each):
            yield 12200, f"has a <{each.name}> without a name, which ends nothing"


STOP: Final = Verb(name="Stop", run=run, children=INSIDE, check=_check, wordless=True)
