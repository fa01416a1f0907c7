"""<Connect>: give the call to a server until that ends; <Stream> and <ConversationRelay> are carried out.

Source: https://www.twilio.com/docs/voice/twiml/connect
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.program import (
    Answer,
    Continue,
    Crash,
    End,
    Failed,
    Goto,
    Happened,
    Interrupted,
    Outcome,
    Program,
    Want,
)
from sipdomain.twiml.relay import LastRelay, Relayed
from sipdomain.twiml.streaming import LastStream, Streamed
from sipdomain.twiml.verbs.relay import RELAY, wish as relay_wish
from sipdomain.twiml.verbs.stream import STREAM, wish
from sipdomain.twiml.verbs.verb import Attribute, Noun, Verb, anything, http_method, settle

ACTION: Final = Attribute(name="action", default="", code=12200, read=anything)
METHOD: Final = Attribute(name="method", default="POST", code=12200, read=http_method)
_OTHERS: Final = (
    "AiSession", "Autopilot", "Conversation", "ConversationRelaySession", "Room", "VirtualAgent",
)  # fmt: skip
_CARRIED_OUT: Final = frozenset({STREAM.name, RELAY.name})
NOT_CONNECTED: Final = {name: Noun(name=name, attributes=None) for name in _OTHERS}
"""Real nouns that are not carried out: reaching one ends the document with error 13750."""


def run(element: Element) -> Program:
    """Answer, then be with the first noun until that is over; then the action, or the next verb."""
    ending = settle((yield Answer()))
    if ending is not None:
        return ending
    noun = next((each for each in element.children if each.name in CONNECT.children), None)
    if noun is None:
        return Continue()
    if noun.name == RELAY.name:
        return (yield from _relay(element, noun))
    if noun.name != STREAM.name:
        reason = f"line {noun.line}: <{noun.name}> inside <Connect> is not emulated yet"
        return Crash(Failed(13750, reason))
    happened = yield wish(noun, both_ways=True)
    if isinstance(happened, Interrupted) and happened.reason != "hung-up":
        return End()
    if isinstance(happened, Failed):
        return Crash(happened)
    if isinstance(happened, Interrupted):
        happened = yield LastStream()
    said = (("StreamSid", happened.sid),) if isinstance(happened, Streamed) else ()
    return _go_on(element, said)


def _relay(element: Element, noun: Element) -> Generator[Want, Happened, Outcome]:
    """Be with a <ConversationRelay>; one that failed ends the call, unless there is an action (rule relay-failed)."""
    happened = yield relay_wish(noun)
    if isinstance(happened, Interrupted) and happened.reason != "hung-up":
        return End()
    if isinstance(happened, Failed):
        return Crash(happened)
    if isinstance(happened, Interrupted):
        happened = yield LastRelay()
    if not isinstance(happened, Relayed):
        return End()
    if happened.status == "failed" and not ACTION.of(element).strip():
        return End(failed=True)
    return _go_on(element, happened.parameters)


def _go_on(element: Element, said: tuple[tuple[str, str], ...]) -> Outcome:
    action = ACTION.of(element).strip()
    return Goto(action, METHOD.of(element), said, "action") if action else Continue()


def _check(element: Element) -> Iterator[tuple[int, str]]:
    nouns = [each for each in element.children if each.name in CONNECT.children]
    if not nouns:
        yield 12200, "has nothing inside to connect to"
    if len(nouns) > 1:
        yield 12200, f"has {len(nouns)} nouns inside, of which only the first is carried out"


CONNECT: Final = Verb(
    name="Connect", run=run, attributes=(ACTION, METHOD), children=_CARRIED_OUT.union(_OTHERS), check=_check,
    wordless=True,
)  # fmt: skip
