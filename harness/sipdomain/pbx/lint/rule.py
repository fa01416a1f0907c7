"""A rule: one mistake that people make, on which kinds of files it is looked for, and how it is mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from sipdomain.pbx.lint.document import Document, Kind, Spot


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
    find: Callable[[Document], Iterator[Spot]]
