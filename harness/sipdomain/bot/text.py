"""The scorecard of a bot for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.bot.card import Card, Row
from sipdomain.mask import printable

MOST_EVIDENCE: Final = 12
"""How many lines of evidence are shown of a check; the files have all."""
_SIGNS: Final = {"failed": "✗", "passed": "✓", "could not tell": "?", "not run": "-"}
_PLAIN: Final = {"failed": "x", "passed": "+", "could not tell": "?", "not run": "-"}


def page(card: Card, *, ascii_only: bool = False) -> Iterator[str]:
    """Yield the lines of a card: who spoke when, each check, and what to change."""
    for number, lines in enumerate(card.transcripts, 1):
        yield f"call {number}"
        yield from (printable(line) for line in lines)
        yield ""
    yield f"{printable(card.bot)}: {card.summary}"
    yield from (_short(row, ascii_only=ascii_only) for row in card.rows)
    for row in card.sorted_rows:
        if row.outcome == "failed":
            yield ""
            yield from _failure(row, ascii_only=ascii_only)


def _short(row: Row, *, ascii_only: bool) -> str:
    sign = (_PLAIN if ascii_only else _SIGNS)[row.outcome]
    apart = "" if row.outcome in {"passed", "failed"} else f"{row.outcome}: "
    return f"{sign} {row.name:<13} {printable(apart + row.said)}"


def _failure(row: Row, *, ascii_only: bool) -> Iterator[str]:
    yield f"{(_PLAIN if ascii_only else _SIGNS)[row.outcome]} {row.name}"
    yield f"    wanted    The bot {row.what}."
    for number, line in enumerate(row.evidence[:MOST_EVIDENCE]):
        yield f"    {'seen' if not number else '':<9} {printable(line)}"
    if len(row.evidence) > MOST_EVIDENCE:
        yield f"              … and {len(row.evidence) - MOST_EVIDENCE} more"
    yield f"    {'fix':<9} {row.mend}"
