"""Run a whole document as one generator, verb after verb, until one ends or leaves it."""

from __future__ import annotations

from collections.abc import Callable

from sipdomain.twiml.document import Document, Element
from sipdomain.twiml.program import Answer, Continue, Crash, End, Failed, Program, Refuse
from sipdomain.twiml.verbs import NOT_EMULATED, VERBS
from sipdomain.twiml.verbs.verb import settle


def run(document: Document, on_verb: Callable[[Element], bool | None], *, nested: bool = False) -> Program:
    """Carry out a document.

    The call is hung up after the last verb (https://www.twilio.com/docs/voice/twiml). Whatever does not
    begin with `<Reject>` is answered and billed first (https://www.twilio.com/docs/voice/twiml/reject), be it
    an empty document; only `<Redirect>` leaves that to the next one.

    Args:
        document: What `parse` or `read_reply` returned.
        on_verb: Called with each verb as it begins; False ends the document before it.
        nested: Whether it runs inside another one, whose call goes on after the last verb.

    Returns:
        A generator of wants, which returns how the document ended; `Continue` only when it is nested.
    """
    for position, element in enumerate(document.verbs):
        if on_verb(element) is False:
            return End()
        outcome = yield from _program(element)
        if isinstance(outcome, Continue):
            continue
        if isinstance(outcome, Refuse) and (position > 0 or nested):
            # Too late to refuse: nothing after <Reject> is reached, so the call ends (assumed).
            return settle((yield Answer())) or End()
        return outcome
    return Continue() if nested else settle((yield Answer())) or End()


def _program(element: Element) -> Program:
    if element.name in NOT_EMULATED:
        return _not_emulated(element)
    return VERBS[element.name].run(element)


def _not_emulated(element: Element) -> Program:
    yield from ()
    return Crash(Failed(13750, f"line {element.line}: <{element.name}> is not emulated yet"))
