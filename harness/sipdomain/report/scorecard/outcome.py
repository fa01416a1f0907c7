"""What a check of a scorecard says in a word, and the line that says it to people."""

from __future__ import annotations

from typing import Final, Literal

from sipdomain.mask import printable

Outcome = Literal["passed", "failed", "could not tell", "not run"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("failed", "could not tell", "not run", "passed")
"""In the order in which reports show them."""
_SIGNS: Final = {"failed": "✗", "passed": "✓", "could not tell": "?", "not run": "-"}
_PLAIN: Final = {"failed": "x", "passed": "+", "could not tell": "?", "not run": "-"}


def sign(outcome: Outcome, *, ascii_only: bool = False) -> str:
    """Return an outcome as one character."""
    return (_PLAIN if ascii_only else _SIGNS)[outcome]


def short(outcome: Outcome, name: str, said: str, *, ascii_only: bool = False) -> str:
    """Return a check in a line; what neither passed nor failed is named.

    Args:
        outcome: What it said, in a word.
        name: Its name, as wide as its column is.
        said: The same in a sentence.
        ascii_only: Whether the terminal knows ASCII alone.
    """
    apart = "" if outcome in {"passed", "failed"} else f"{outcome}: "
    return f"{sign(outcome, ascii_only=ascii_only)} {name} {printable(apart + said)}"
