"""Text measured in columns of a terminal: ideographs and emoji take two, marks upon a letter none."""

from __future__ import annotations

import textwrap
import unicodedata

# Stands behind a character that takes two columns while lines are broken; `printable` text has none of it.
_FILLER = "\ue000"


def columns(text: str) -> int:
    """Return how many columns a text takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


def cut(text: str, width: int) -> str:
    """Return a text within so many columns, `…` for what does not fit."""
    if columns(text) <= width:
        return text
    used = 0
    for index, character in enumerate(text):
        used += _width(character)
        if used >= width:
            return f"{text[:index]}…"
    return text


def pad(text: str, width: int) -> str:
    """Return a text followed by spaces up to so many columns."""
    return text + " " * (width - columns(text))


def wrap(text: str, width: int, *, indent: str = "") -> list[str]:
    """Return a text in lines of so many columns; all but the first begin with `indent`."""
    if columns(text) == len(text):
        return textwrap.wrap(text, width, subsequent_indent=indent)
    wide = "".join(each + _FILLER * (_width(each) == 2) for each in text)
    # A line may end between a character and its filler: one column is kept for that.
    lines = textwrap.wrap(wide, width - 1, subsequent_indent=indent)
    return [each.replace(_FILLER, "") for each in lines]


def _width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
