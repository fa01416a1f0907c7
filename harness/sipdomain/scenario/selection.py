"""Which scenarios are meant: expressions such as `password and not (tls or ipv6)`.

A word is met by a scenario whose title, file, rules, needs or tags contain it, in any case. Words side by side are one
phrase, as in quotes. `not` binds more strongly than `and`, `and` more strongly than `or`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from typing import Final

from sipdomain.scenario.loader import ScenarioFile

_TOKEN: Final = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([()])|([^\s()"']+))""")
_OPERATORS: Final = frozenset({"and", "or", "not"})
LONGEST_SHOWN: Final = 200
"""How much of an expression is shown when it cannot be read or nothing meets it, in characters."""
_DEEPEST: Final = 50
"""How many brackets and `not` may stand within each other."""

Meets = Callable[[str], bool]


class SelectionError(ValueError):
    """An expression cannot be read."""


def selected(files: Iterable[ScenarioFile], expression: str) -> list[ScenarioFile]:
    """Return the scenarios that meet an expression.

    Raises:
        SelectionError: It is not one.
    """
    meets, _ = _read(expression)
    return [each for each in files if meets(_text(each))]


def nearest(files: Iterable[ScenarioFile], expression: str, most: int = 3) -> list[str]:
    """Return the titles of the scenarios that are likest to an expression that none meets, the likest first."""
    _, words = _read(expression)
    scores = [(max((_likeness(word, each) for word in words), default=0.0), each) for each in files]
    likely = sorted((each for each in scores if each[0] >= 0.6), key=lambda each: -each[0])
    return [each.scenario.scenario for _, each in likely[:most]]


def _text(source: ScenarioFile) -> str:
    scenario = source.scenario
    return "\n".join(
        [scenario.scenario, source.path, *scenario.rules, *scenario.needs, *scenario.tags]
    ).lower()


def _likeness(word: str, source: ScenarioFile) -> float:
    text = _text(source)
    parts = {*re.findall(r"[^\s/._-]+", text), *text.split("\n")}
    return max(difflib.SequenceMatcher(None, word, part).ratio() for part in parts)


def _read(expression: str) -> tuple[Meets, list[str]]:
    reader = _Reader(expression)
    meets = reader.either(0)
    if reader.token is not None:
        raise SelectionError(f"`{cut(reader.token)}` stands where `and` or `or` is needed")
    return meets, reader.words


def cut(text: str) -> str:
    """Return as much of an expression as is shown."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


class _Reader:
    """Reads an expression, word by word.

    Attributes:
        token: The next operator, bracket or word; None at the end.
        words: All words and phrases that were read.
    """

    def __init__(self, expression: str) -> None:
        self._tokens: list[tuple[str, bool]] = []
        at, text = 0, expression.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise SelectionError("a quote is never closed")
            quoted = found[1] if found[1] is not None else found[2]
            plain = found[3] or found[4] or ""
            self._tokens.append((quoted, True) if quoted is not None else (plain, False))
            at = found.end()
        self._at = 0
        self.words: list[str] = []

    @property
    def token(self) -> str | None:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else None

    def _is(self, *words: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at] in [(word, False) for word in words]

    def either(self, depth: int) -> Meets:
        parts = [self._both(depth)]
        while self._is("or"):
            self._at += 1
            parts.append(self._both(depth))
        return lambda text: any(part(text) for part in parts)

    def _both(self, depth: int) -> Meets:
        parts = [self._one(depth)]
        while self._is("and"):
            self._at += 1
            parts.append(self._one(depth))
        return lambda text: all(part(text) for part in parts)

    def _one(self, depth: int) -> Meets:
        if depth > _DEEPEST:
            raise SelectionError(f"more than {_DEEPEST} brackets and `not` stand within each other")
        if self._is("not"):
            self._at += 1
            inner = self._one(depth + 1)
            return lambda text: not inner(text)
        if self._is("("):
            self._at += 1
            inner = self.either(depth + 1)
            if not self._is(")"):
                raise SelectionError("`)` is missing")
            self._at += 1
            return inner
        phrase: list[str] = []
        while self._at < len(self._tokens) and not self._is("(", ")", *_OPERATORS):
            phrase.append(self._tokens[self._at][0])
            self._at += 1
        if not phrase:
            raise SelectionError(
                f"a word is missing before `{cut(self.token)}`"
                if self.token
                else "a word is missing at the end"
            )
        words = " ".join(phrase).lower()
        self.words.append(words)
        return lambda text: words in text
