"""A rule: one mistake that people make, on which kinds of files it is looked for, and how it is mended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from sipdomain.pbx.lint.document import Document, Kind, Spot

Find = Callable[[Document], Iterator[Spot]]
"""Yields where a file has a mistake."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One mistake.

    Attributes:
        name: What it is called.
        kinds: The files on which it is looked for.
        level: "error" where calls fail or a secret is lost, "warning" where they fail sometimes, "note" for a hint.
        reason: What happens.
        mend: What to write in its place.
        source: Where that is said, or seen.
        find: Yields where a file has it.
    """

    name: str
    kinds: tuple[Kind, ...]
    level: Literal["error", "warning", "note"]
    reason: str
    mend: str
    source: str
    find: Find


def wherever(pattern: re.Pattern[str]) -> Find:
    """Return what finds a mistake wherever a pattern is in the lines without comments."""
    return lambda document: (spot for spot, _ in document.matches(pattern))
