"""The scorecards of bots for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sipdomain.bot.card import Card, Row, table
from sipdomain.mask import printable
from sipdomain.report.scorecard.outcome import short, sign

MOST_EVIDENCE: Final = 12
"""How many lines of evidence are shown of a check; the files have all."""


def page(cards: Sequence[Card], *, ascii_only: bool = False) -> Iterator[str]:
    """Yield the lines of the cards: who spoke when, each check, and what to change; below several a row for each."""
    for number, each in enumerate(cards):
        if number:
            yield ""
        yield from _card(each, ascii_only=ascii_only)
    if len(cards) > 1:
        rows = table(cards)
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        yield ""
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            yield printable("  ".join(cells).rstrip())


def _card(card: Card, *, ascii_only: bool) -> Iterator[str]:
    for number, lines in enumerate(card.transcripts, 1):
        yield f"call {number}"
        yield from (printable(line) for line in lines)
        yield ""
    yield f"{printable(card.bot)}: {card.summary}"
    yield from (short(row.outcome, f"{row.name:<13}", row.said, ascii_only=ascii_only) for row in card.rows)
    for row in card.sorted_rows:
        if row.outcome == "failed":
            yield ""
            yield from _failure(row, ascii_only=ascii_only)


def _failure(row: Row, *, ascii_only: bool) -> Iterator[str]:
    yield f"{sign(row.outcome, ascii_only=ascii_only)} {row.name}"
    yield f"    wanted    The bot {row.what}."
    for number, line in enumerate(row.evidence[:MOST_EVIDENCE]):
        yield f"    {'seen' if not number else '':<9} {printable(line)}"
    if len(row.evidence) > MOST_EVIDENCE:
        yield f"              … and {len(row.evidence) - MOST_EVIDENCE} more"
    yield f"    {'fix':<9} {row.mend}"
