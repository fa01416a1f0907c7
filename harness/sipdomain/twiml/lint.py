"""Check a parsed document against the schema: unknown names, bad values, misplaced text.

What is found here are warnings: the provider leaves the bad part out and goes on
(https://www.twilio.com/docs/api/errors/12200).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from sipdomain.twiml.document import Element, TwimlWarning
from sipdomain.twiml.verbs import NOT_EMULATED, NOUNS, VERBS
from sipdomain.twiml.verbs.verb import Noun

MOST_WARNINGS: Final = 100
"""How many warnings about one document are listed; of the rest only the number."""


def check(root: Element, *, loose_text: bool = False) -> tuple[tuple[Element, ...], tuple[TwimlWarning, ...]]:
    """Return the verbs that can be run, and what is wrong with the document: the first 100 things, and how many more.

    Args:
        root: The `Response` element.
        loose_text: Whether there is text between the verbs.
    """
    verbs = tuple(each for each in root.children if each.name in VERBS or each.name in NOT_EMULATED)
    found = _warnings(root, loose_text=loose_text)
    warnings = tuple(islice(found, MOST_WARNINGS))
    more = sum(1 for _ in found)
    if more:
        text = f"{more} more warnings about this document are left out"
        warnings += (TwimlWarning(12200, text, warnings[-1].line, warnings[-1].number),)
    return verbs, warnings


def _warnings(root: Element, *, loose_text: bool) -> Iterator[TwimlWarning]:
    for name, _ in root.attributes:
        if name != "version":
            yield _unknown_attribute(root, name, ())
    if loose_text:
        yield TwimlWarning(12200, "text outside of any verb is left out", root.line)
    for element in root.children:
        if verb := VERBS.get(element.name):
            yield from _check(element, verb)
        elif element.name not in NOT_EMULATED:
            hint = _hint(element.name, (*VERBS, *NOT_EMULATED))
            text = f"<{_name(element.name)}> is not a verb and is left out{hint}"
            yield TwimlWarning(12200, text, element.line, element.number)


def _check(element: Element, table: Noun, around: Noun | None = None) -> Iterator[TwimlWarning]:
    """Check an element by its table, and what is inside by theirs."""
    known = {attribute.name: attribute for attribute in table.attributes or ()}
    codes = around.codes if around is not None else {}
    for name, value in element.attributes if table.attributes is not None else ():
        if name not in known:
            yield _unknown_attribute(element, name, known)
        elif reason := known[name].complaint(value):
            yield TwimlWarning(
                codes.get((element.name, name), known[name].code),
                f"<{element.name}> {name}={_short(value)} is left out: {reason}",
                element.line,
                element.number,
                name,
            )
    if table.wordless and element.has_own_text:
        text = f"<{element.name}> has text directly inside, which is left out"
        yield TwimlWarning(12200, text, element.line, element.number)
    for child in element.children:
        if child.name not in table.children:
            text = f"<{_name(child.name)}> may not stand inside <{element.name}>"
            yield TwimlWarning(table.misplaced, text, child.line, child.number)
        elif inside := VERBS.get(child.name) or NOUNS.get(child.name):
            yield from _check(child, inside, table)
    for code, message in table.check(element):
        yield TwimlWarning(code, f"<{element.name}> {message}", element.line, element.number)


def _unknown_attribute(element: Element, name: str, known: Iterable[str]) -> TwimlWarning:
    hint = _hint(name, known)
    said = f"<{element.name}> has no attribute {_name(name)}; it is left out{hint}"
    return TwimlWarning(12200, said, element.line, element.number, name)


def _hint(name: str, known: Iterable[str]) -> str:
    """Return a hint when only upper and lower case are wrong, else ""."""
    meant = next((word for word in known if word.lower() == name.lower()), None)
    return f"; did you mean {meant}? Case matters" if meant else ""


def _name(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:57]}..."


def _short(value: str) -> str:
    return repr(value if len(value) <= 40 else value[:37] + "...")
