"""<Play>: play an audio file or DTMF tones (https://www.twilio.com/docs/voice/twiml/play)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.program import Answer, Continue, PlayKeys, PlayUrl, Program
from sipdomain.twiml.verbs.verb import Attribute, Verb, matching, repetitions, settle

MOST_KEYS: Final = 256
"""Keys and pauses of `digits`; of more only the first are played (assumed: the provider publishes no limit)."""
LOOP: Final = Attribute(name="loop", default=1, code=13410, read=repetitions)
DIGITS: Final = Attribute(
    name="digits",
    default="",
    code=13430,
    read=matching(r"[0-9A-D#*wW]+", "it may hold 0-9, A-D, #, *, w and W"),
)


def run(element: Element) -> Program:
    """Answer, then play as often as `loop` says; `digits` go before a URL (assumed).

    A file that cannot be had is an error (13420, 11200, ...), so it crashes the document (assumed).
    """
    ending = settle((yield Answer()))
    digits, url = DIGITS.of(element)[:MOST_KEYS], element.text.strip()
    want = PlayKeys(digits) if digits else PlayUrl(url)
    for _ in range(LOOP.of(element) if digits or url else 0):
        if ending is not None:
            break
        ending = settle((yield want))
    return ending or Continue()


def _check(element: Element) -> Iterator[tuple[int, str]]:
    if not DIGITS.of(element) and not element.text.strip():
        yield 12200, "names neither an audio file nor digits"
    digits = DIGITS.of(element)
    if len(digits) > MOST_KEYS:
        yield 13430, f"has {len(digits)} digits; only the first {MOST_KEYS} are played"


PLAY: Final = Verb(name="Play", run=run, attributes=(LOOP, DIGITS), check=_check)
