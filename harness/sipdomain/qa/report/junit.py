"""The scorecard as JUnit XML: what must not fail fails, what was not run or could not be told is skipped."""

from __future__ import annotations

from sipdomain.qa.report.card import Card, Row
from sipdomain.report.scorecard.junit import Case, junit as document


def junit(card: Card) -> bytes:
    """Return the document. A failed `should` or `may` is a failure too: its level is the type."""
    properties = [("grade", card.grade), ("user_agent", card.user_agent), ("domain", card.domain)]
    if card.mixture:
        properties.append(("mixture", card.mixture))
    return document("sipdomain qa", [_case(row) for row in card.rows], properties)


def _case(row: Row) -> Case:
    belongs = f"qa.{row.level}"
    if row.outcome == "passed":
        return Case(belongs, row.name, "passed")
    if row.outcome != "failed":
        return Case(belongs, row.name, "skipped", f"{row.outcome}: {row.said}")
    texts = [*(f"fix: {each}" for each in row.mends), f"source: {row.source}"]
    texts += [shown.text for shown in row.evidence]
    return Case(belongs, row.name, "failed", row.said, row.level, "\n\n".join(texts))
