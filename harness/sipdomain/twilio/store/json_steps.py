"""JSON read in small steps: a snapshot of megabytes, read at once, would hold everything else up."""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from typing import Any, Final

_LEVELS: Final = 3
"""How many levels of objects and arrays are gone through one by one; what is in them is read at once."""
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder()

Steps = Generator[None, None, tuple[Any, int]]


def loads_in_steps(text: str) -> Generator[None, None, Any]:
    """Do as `json.loads`, one member of a member of the whole at a step; raises ValueError and RecursionError alike."""
    value, end = yield from _value(text, 0, _LEVELS)
    end = _after_space(text, end)
    if end != len(text):
        raise json.JSONDecodeError("Extra data", text, end)
    return value


def _value(text: str, at: int, levels: int) -> Steps:
    at = _after_space(text, at)
    match text[at : at + 1] if levels else "":
        case "{":
            return (yield from _object(text, at + 1, levels - 1))
        case "[":
            return (yield from _array(text, at + 1, levels - 1))
        case _:
            yield
            return _read(text, at)


def _array(text: str, at: int, levels: int) -> Steps:
    found: list[Any] = []
    at = _after_space(text, at)
    if text[at : at + 1] == "]":
        return found, at + 1
    while True:
        value, at = yield from _value(text, at, levels)
        found.append(value)
        at, is_end = _separator(text, at, "]")
        if is_end:
            return found, at


def _object(text: str, at: int, levels: int) -> Steps:
    found: dict[str, Any] = {}
    at = _after_space(text, at)
    if text[at : at + 1] == "}":
        return found, at + 1
    while True:
        at = _after_space(text, at)
        if text[at : at + 1] != '"':
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        name, at = _read(text, at)
        at = _after_space(text, at)
        if text[at : at + 1] != ":":
            raise json.JSONDecodeError("Expecting ':' delimiter", text, at)
        found[name], at = yield from _value(text, at + 1, levels)
        at, is_end = _separator(text, at, "}")
        if is_end:
            return found, at


def _separator(text: str, at: int, closing: str) -> tuple[int, bool]:
    """Return where it goes on after a member, and whether that was the last."""
    at = _after_space(text, at)
    mark = text[at : at + 1]
    if mark not in {",", closing}:
        raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
    return at + 1, mark == closing


def _read(text: str, at: int) -> tuple[Any, int]:
    value, end = _DECODER.raw_decode(text, at)
    return value, end


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found is not None else at
