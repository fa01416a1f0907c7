"""Check a parsed document against the schema: unknown names, bad values, misplaced text.

What is found here are warnings: the provider leaves the bad part out and goes on
(https://www.twilio.com/docs/api/errors/12200).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.twiml.document import Element, TwimlWarning
from harness.twiml.verbs import NOT_EMULATED, VERBS
from harness.twiml.verbs.verb import Verb


def check(root: Element, *, loose_text: bool = False) -> tuple[tuple[Element, ...], tuple[TwimlWarning, ...]]:
    """Return the verbs that can be run, and what is wrong with the document.

    Args:
        root: The `Response` element.
        loose_text: Whether there is text between the verbs.
    """
    warnings: list[TwimlWarning] = []
    for name, _ in root.attributes:
        if name != "version":
            warnings.append(_unknown_attribute(root, name, ()))
    if loose_text:
        warnings.append(TwimlWarning(12200, "text outside of any verb is left out", root.line))
    verbs: list[Element] = []
    for element in root.children:
        if verb := VERBS.get(element.name):
            verbs.append(element)
            warnings.extend(_check_verb(element, verb))
        elif element.name in NOT_EMULATED:
            verbs.append(element)
        else:
            hint = _hint(element.name, [*VERBS, *NOT_EMULATED])
            warnings.append(
                TwimlWarning(12200, f"<{element.name}> is not a verb and is left out{hint}", element.line)
            )
    return tuple(verbs), tuple(warnings)


def _check_verb(element: Element, verb: Verb) -> Iterator[TwimlWarning]:
    known = {attribute.name: attribute for attribute in verb.attributes}
    for name, value in element.attributes:
        if name not in known:
            yield _unknown_attribute(element, name, known)
        elif reason := known[name].complaint(value):
            yield TwimlWarning(
                known[name].code,
                f"<{element.name}> {name}={_short(value)} is left out: {reason}",
                element.line,
            )
    for child in element.children:
        if child.name not in verb.children:
            yield TwimlWarning(12200, f"<{child.name}> may not stand inside <{element.name}>", child.line)
    for code, message in verb.check(element):
        yield TwimlWarning(code, f"<{element.name}> {message}", element.line)


def _unknown_attribute(element: Element, name: str, known: Iterable[str]) -> TwimlWarning:
    hint = _hint(name, known)
    return TwimlWarning(
        12200, f"<{element.name}> has no attribute {name}; it is left out{hint}", element.line
    )


def _hint(name: str, known: Iterable[str]) -> str:
    """Return a hint when only upper and lower case are wrong, else ""."""
    meant = next((word for word in known if word.lower() == name.lower()), None)
    return f"; did you mean {meant}? Case matters" if meant else ""


def _short(value: str) -> str:
    return repr(value if len(value) <= 40 else value[:37] + "...")
