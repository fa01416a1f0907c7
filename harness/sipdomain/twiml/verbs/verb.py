"""What a verb is made of: its attributes, what may stand inside, and the program that runs it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from sipdomain.twiml.document import Element
from sipdomain.twiml.program import Continue, Crash, End, Failed, Happened, Interrupted, Outcome, Program, Ran

T = TypeVar("T")

ENDLESS: Final = 1000
"""How often `loop="0"` repeats (https://www.twilio.com/docs/voice/twiml/say#loop)."""


@dataclass(frozen=True, slots=True)
class Attribute(Generic[T]):
    """One attribute that a verb knows.

    Attributes:
        name: As written in the document.
        default: What holds when it is absent or its value is bad.
        code: The provider's warning for a bad value.
        read: Turns the text into a value, or raises ValueError that says what would be right.
    """

    name: str
    default: T
    code: int
    read: Callable[[str], T]

    def of(self, element: Element) -> T:
        """Return the attribute's value in an element."""
        text = element.get(self.name)
        if text is None:
            return self.default
        try:
            return self.read(text)
        except ValueError:
            return self.default

    def complaint(self, text: str) -> str:
        """Return what is wrong with a value, or ""."""
        try:
            self.read(text)
        except ValueError as error:
            return str(error)
        return ""


def _nothing_more(_element: Element) -> Iterable[tuple[int, str]]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """An element that may stand inside a verb.

    Attributes:
        name: The tag.
        attributes: All that it knows; None when nobody looks at them.
        children: The tags that may stand directly inside.
        check: Further warnings about an element, each a code and a message.
        misplaced: The provider's warning for another tag inside.
        codes: By tag and attribute of a child, the warning for a bad value there, where it has one of its own.
        wordless: Whether text directly inside means nothing.
    """

    name: str
    attributes: tuple[Attribute[Any], ...] | None = ()
    children: frozenset[str] = frozenset()
    check: Callable[[Element], Iterable[tuple[int, str]]] = _nothing_more
    misplaced: int = 12200
    codes: Mapping[tuple[str, str], int] = field(default_factory=dict)
    wordless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb(Noun):
    """An element that the emulator carries out.

    Attributes:
        run: Makes the program of one such element.
    """

    run: Callable[[Element], Program]


def anything(text: str) -> str:
    """Read any text."""
    return text


def integer(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `low` to `high`."""

    def read(text: str) -> int:
        digits = text.strip()
        if not re.fullmatch(r"[0-9]{1,9}", digits) or not low <= int(digits) <= high:
            raise ValueError(f"it must be a whole number from {low} to {high}")
        return int(digits)

    return read


def repetitions(text: str) -> int:
    """Read `loop`: how often to repeat; 0 and everything above 1000 mean 1000 times."""
    if not re.fullmatch(r"[0-9]{1,9}", text.strip()):
        raise ValueError(f"it must be a whole number, where 0 means {ENDLESS} times")
    return min(int(text) or ENDLESS, ENDLESS)


def one_of(*words: str) -> Callable[[str], str]:
    """Return a reader of one of some words, exactly as spelt."""

    def read(text: str) -> str:
        if text.strip() not in words:
            raise ValueError(f"it must be {' or '.join(words)}")
        return text.strip()

    return read


def flag(text: str) -> str:
    """Read true or false, exactly as spelt."""
    return one_of("true", "false")(text)


def http_method(text: str) -> str:
    """Read GET or POST; lower case is accepted too (assumed)."""
    return one_of("GET", "POST")(text.upper())


def matching(pattern: str, rule: str) -> Callable[[str], str]:
    """Return a reader of text that matches a regular expression in full; `rule` says it in words."""
    compiled = re.compile(pattern)

    def read(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(rule)
        return text

    return read


def settle(happened: Happened) -> Outcome | None:
    """Return how a verb ends after this, or None when it goes on."""
    match happened:
        case Interrupted():
            return End()
        case Failed():
            return Crash(happened)
        case Ran(outcome) if not isinstance(outcome, Continue):
            return outcome
        case _:
            return None
