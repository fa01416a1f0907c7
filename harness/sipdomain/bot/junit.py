"""The scorecards of bots as JUnit XML: a test for each check; what was not run or could not be told is skipped."""

from __future__ import annotations

from collections.abc import Sequence

from sipdomain.bot.card import Card, Row
from sipdomain.mask import printable
from sipdomain.report.scorecard.junit import Case, junit as document


def junit(cards: Sequence[Card]) -> bytes:
    """Return the document; what was measured stands in its properties, of several bots behind the URL of each."""
    if len(cards) == 1:
        (card,) = cards
        return document(
            "sipdomain bot", [_case(row, "bot") for row in card.rows], [("bot", card.bot), *_figures(card)]
        )
    cases = [_case(row, each.bot) for each in cards for row in each.rows]
    figures = [(f"{each.bot} {name}", value) for each in cards for name, value in _figures(each)]
    return document("sipdomain bot", cases, figures)


def _figures(card: Card) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in card.figures.items()]


def _case(row: Row, bot: str) -> Case:
    name = printable(bot)
    if row.outcome == "passed":
        return Case(name, row.name, "passed")
    if row.outcome != "failed":
        return Case(name, row.name, "skipped", f"{row.outcome}: {row.said}")
    text = "\n".join([*map(printable, row.evidence), f"fix: {row.mend}"])
    return Case(name, row.name, "failed", row.said, row.name, text)
