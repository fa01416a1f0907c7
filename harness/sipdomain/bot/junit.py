"""The scorecard of a bot as JUnit XML: a test for each check; what was not run or could not be told is skipped."""

from __future__ import annotations

from sipdomain.bot.card import Card, Row
from sipdomain.mask import printable
from sipdomain.report.scorecard.junit import Case, junit as document


def junit(card: Card) -> bytes:
    """Return the document; what was measured stands in its properties."""
    properties = [("bot", card.bot), *((name, str(value)) for name, value in card.figures.items())]
    return document("sipdomain bot", [_case(row) for row in card.rows], properties)


def _case(row: Row) -> Case:
    if row.outcome == "passed":
        return Case("bot", row.name, "passed")
    if row.outcome != "failed":
        return Case("bot", row.name, "skipped", f"{row.outcome}: {row.said}")
    text = "\n".join([*map(printable, row.evidence), f"fix: {row.mend}"])
    return Case("bot", row.name, "failed", row.said, row.name, text)
