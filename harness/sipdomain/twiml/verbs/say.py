"""<Say>: read words aloud (https://www.twilio.com/docs/voice/twiml/say)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.program import Answer, Continue, Program, Speak
from sipdomain.twiml.verbs.verb import Attribute, Noun, Verb, matching, repetitions, settle

LONGEST: Final = 4096
LONGEST_POLLY: Final = 3000

language_tag: Final = matching(
    r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", "it must be a language tag such as en-US"
)

VOICE: Final = Attribute(
    name="voice",
    default="man",
    code=13511,
    read=matching(
        r"man|woman|alice|[A-Z][A-Za-z]+\.[\w.-]+", "it must be man, woman, alice or such as Polly.Joanna"
    ),
)
LANGUAGE: Final = Attribute(
    name="language",
    default="en-US",
    code=13512,
    read=language_tag,
)
LOOP: Final = Attribute(name="loop", default=1, code=13510, read=repetitions)
_SSML: Final = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})
SSML: Final = {name: Noun(name=name, attributes=None, children=_SSML) for name in sorted(_SSML)}
"""Speech markup (https://www.twilio.com/docs/voice/twiml/say/text-speech); what its attributes say is not looked at."""


def spoken(element: Element) -> str:
    """Return the words, without needless blanks; what exceeds the limit is not spoken (assumed)."""
    return " ".join(element.text.split())[: _limit(element)].rstrip()


def run(element: Element) -> Program:
    """Answer, then speak as often as `loop` says. Without words it only answers (assumed)."""
    ending = settle((yield Answer()))
    text = spoken(element)
    want = Speak(text, VOICE.of(element), LANGUAGE.of(element))
    for _ in range(LOOP.of(element) if text else 0):
        if ending is not None:
            break
        ending = settle((yield want))
    return ending or Continue()


def _limit(element: Element) -> int:
    return LONGEST_POLLY if VOICE.of(element).startswith("Polly.") else LONGEST


def _check(element: Element) -> Iterator[tuple[int, str]]:
    text = " ".join(element.text.split())
    if not text:
        yield 13520, "has no words"
    elif len(text) > _limit(element):
        yield 13521, f"has {len(text)} characters; only the first {_limit(element)} are spoken"


SAY: Final = Verb(name="Say", run=run, attributes=(VOICE, LANGUAGE, LOOP), children=_SSML, check=_check)
