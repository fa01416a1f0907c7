"""What a step remembers of what it saw, for later steps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Saved:
    """A value under a name.

    Attributes:
        place: Where the step says so, below its word: `save.order`.
        name: What later steps write as `${NAME}`.
        field: Where it comes from, such as `headers.X-Order`.
        value: The text; None when there is none.
    """

    place: str
    name: str
    field: str
    value: str | None
