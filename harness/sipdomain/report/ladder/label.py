"""What a row of a ladder says in a line, in whatever form the ladder is drawn; and which rows of a long one are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sipdomain.report.ladder.model import Row

TIMES_SIGN: Final = "\N{MULTIPLICATION SIGN}"


def label(row: Row, safe: Callable[[str], str]) -> str:
    """Return a row's text with its leg, how often it was sent, and whether it got lost.

    Args:
        row: The row.
        safe: Hides secrets and makes foreign text harmless.
    """
    leg = f"{row.leg}: " if row.lane != "sip" and row.leg > 1 else ""
    count = f" {TIMES_SIGN}{row.count}" if row.count > 1 else ""
    return f"{leg}{safe(row.text)}{count}{'' if row.arrived else ' (lost)'}"


def first_and_last(rows: Sequence[Row], most: int) -> tuple[Sequence[Row], int, Sequence[Row]]:
    """Return the first third of so many rows, how many are left out after them, and the last two thirds."""
    if len(rows) <= most:
        return rows, 0, ()
    first = most // 3
    return rows[:first], len(rows) - most, rows[first - most :]
