"""Lengths in scenario files: `3s` or `2..4`, in seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, WithJsonSchema

_NUMBER: Final = r"[0-9]{1,6}(?:\.[0-9]{1,3})?"
PATTERN: Final = rf"{_NUMBER}(?:\.\.{_NUMBER})?s?"
_LENGTH: Final = re.compile(rf"({_NUMBER})(?:\.\.({_NUMBER}))?s?", re.ASCII)
_NEAR: Final = 0.5


@dataclass(frozen=True, slots=True)
class Span:
    """Between which lengths, in seconds, both included.

    Attributes:
        least: The shorter one.
        most: The longer one.
        text: As it was written.
    """

    least: float
    most: float
    text: str

    def has(self, length: float) -> bool:
        """Return whether a length is between them."""
        return self.least <= length <= self.most

    def __str__(self) -> str:
        return self.text


def _read(value: Any) -> Span:
    text = str(value)
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise ValueError(f"`{text[:20]}` is not a length; write `2..4` or `3s`")
    least, most = float(found[1]), float(found[2] or found[1])
    if found[2] is None:
        return Span(least - _NEAR, most + _NEAR, text)
    if least > most:
        raise ValueError(f"`{text[:20]}` ends before it begins; write the smaller one first")
    return Span(least, most, text)


Length = Annotated[
    Span, BeforeValidator(_read), WithJsonSchema({"type": "string", "pattern": f"^{PATTERN}$"})
]
"""A length: one number means half a second more or less, `A..B` from A to B."""
