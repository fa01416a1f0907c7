"""Match a regular expression in a time that grows with the text alone: all ways are followed at once, none is tried again.

`re` tries one way after another: `(.+)+z` on 40 characters takes it years. It still reads the
patterns here, and says of one character whether it fits.
"""

from __future__ import annotations

import re
from functools import lru_cache
from re import _compiler, _parser  # type: ignore[attr-defined]
from typing import Any, Final

MOST_PARTS: Final = 1_000
"""How many parts a pattern may have, where `a{30}` has thirty."""
MOST_REMEMBERED: Final = 20_000
"""How many parts the remembered steps of a pattern have in all; past that all are forgotten."""

_States = frozenset[int]


class PatternError(ValueError):
    """A pattern that is none, or that cannot be matched in a bounded time."""


class Pattern:
    """A pattern as a machine: parts that take a character or look at a place, and ways from part to part."""

    def __init__(self, pattern: str) -> None:
        """Read it.

        Raises:
            PatternError: It is none, looks ahead or back, refers to a group, or has too many parts.
        """
        try:
            re.compile(pattern)
            parsed = _parser.parse(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            detail = error.msg if isinstance(error, re.error) else "it is too large"
            raise PatternError(f"not a regular expression: {detail}") from None
        self._tests: dict[int, re.Pattern[str]] = {}
        self._looks: set[int] = set()
        self._ways: list[list[int]] = []
        self._steps: dict[tuple[_States, str], _States] = {}
        self._remembered = 0
        start = self._part()
        self._end = self._sequence(parsed, parsed.state.flags, start)
        self._start = start

    def matches(self, text: str) -> bool:
        """Return whether the whole text matches."""
        states = self._reached({self._start}, text, 0)
        for at, character in enumerate(text):
            if not states:
                return False
            key = states, character
            onward = None if self._looks else self._steps.get(key)
            if onward is None:
                taken = {
                    way
                    for state in states
                    if state in self._tests
                    and state not in self._looks
                    and self._tests[state].match(text, at)
                    for way in self._ways[state]
                }
                onward = self._reached(taken, text, at + 1)
                self._remember(key, onward)
            states = onward
        return self._end in states

    def _remember(self, key: tuple[_States, str], onward: _States) -> None:
        self._remembered += len(onward) + 1
        if self._remembered > MOST_REMEMBERED:
            self._steps.clear()
            self._remembered = len(onward) + 1
        self._steps[key] = onward

    def _reached(self, states: set[int], text: str, at: int) -> _States:
        """Return these parts and all that can be reached from them without a character."""
        found, waiting = set(states), list(states)
        while waiting:
            state = waiting.pop()
            if state in self._tests and not (state in self._looks and self._tests[state].match(text, at)):
                continue
            fresh = [way for way in self._ways[state] if way not in found]
            found.update(fresh)
            waiting += fresh
        return frozenset(found)

    def _part(self) -> int:
        if len(self._ways) >= MOST_PARTS:
            raise PatternError(f"this pattern has more than {MOST_PARTS:,} parts; write a shorter one")
        self._ways.append([])
        return len(self._ways) - 1

    def _sequence(self, nodes: Any, flags: int, start: int) -> int:
        """Add parts one after another from `start` on; return the last."""
        for kind, value in nodes:
            start = self._node(str(kind), value, flags, start, (kind, value))
        return start

    def _node(self, kind: str, value: Any, flags: int, start: int, node: Any) -> int:
        match kind:
            case "SUBPATTERN":
                _, added, removed, inside = value
                return self._sequence(inside, (flags | added) & ~removed, start)
            case "BRANCH":
                end = self._part()
                for branch in value[1]:
                    begin = self._part()
                    self._ways[start].append(begin)
                    self._ways[self._sequence(branch, flags, begin)].append(end)
                return end
            case "MAX_REPEAT" | "MIN_REPEAT":
                least, most, inside = value
                return self._repeat(least, most, inside, flags, start)
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN" | "AT":
                return self._test(node, flags, start, looks=kind == "AT")
            case _:
                raise PatternError(
                    "a pattern here cannot look ahead or back, refer to a group, nor hold what it took; write it without"
                )

    def _repeat(self, least: int, most: int, inside: Any, flags: int, start: int) -> int:
        for _ in range(least):
            start = self._sequence(inside, flags, start)
        end = self._part()
        if most == _parser.MAXREPEAT:
            again = self._part()
            self._ways[start] += [again, end]
            last = self._sequence(inside, flags, self._onward(again))
            self._ways[last] += [again, end]
            return end
        for _ in range(most - least):
            self._ways[start].append(end)
            start = self._sequence(inside, flags, self._onward(start))
        self._ways[start].append(end)
        return end

    def _onward(self, start: int) -> int:
        """Return a new part behind one, so that what stands there does not become part of what follows."""
        part = self._part()
        self._ways[start].append(part)
        return part

    def _test(self, node: Any, flags: int, start: int, *, looks: bool) -> int:
        state = _parser.State()
        state.flags, state.str = flags, ""
        test, end = self._onward(start), self._part()
        self._tests[test] = _compiler.compile(_parser.SubPattern(state, [node]), flags)
        if looks:
            self._looks.add(test)
        self._ways[test].append(end)
        return end


@lru_cache(maxsize=100)
def read(text: str) -> Pattern:
    """Return a pattern, read once.

    Raises:
        PatternError: It is none, or cannot be matched in a bounded time.
    """
    return Pattern(text)
