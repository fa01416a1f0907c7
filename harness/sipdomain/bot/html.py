"""The scorecard of a bot as one page."""

from __future__ import annotations

from collections.abc import Iterator

from sipdomain.bot.card import Card, Row
from sipdomain.report.scorecard.page import check, page, text


def html_page(card: Card) -> bytes:
    """Return the page in UTF-8."""
    rows = [line for row in card.sorted_rows for line in _row(row)]
    calls = [line for number, each in enumerate(card.transcripts, 1) for line in _call(number, each)]
    counts = f"{card.bot}: {card.summary}"
    return page("bot", f"{card.count('failed')} failed", counts, [*rows, *_figures(card), *calls])


def _row(row: Row) -> Iterator[str]:
    about = [("wanted", f"The bot {row.what}."), *([("fix", row.mend)] if row.mend else [])]
    evidence = [f"<pre>{_lines(row.evidence)}</pre>"] if row.evidence else []
    return check(row.name, row.outcome, row.said, about, evidence)


def _figures(card: Card) -> Iterator[str]:
    yield '<details id="figures"><summary>What was measured</summary><div class="inside"><dl>'
    yield from (f"<dt>{text(name)}</dt><dd>{value:g}</dd>" for name, value in card.figures.items())
    yield "</dl></div></details>"


def _call(number: int, lines: tuple[str, ...]) -> Iterator[str]:
    yield f'<details id="call-{number}"><summary>Call {number}: who spoke when</summary><div class="inside">'
    yield f"<pre>{_lines(lines)}</pre></div></details>"


def _lines(lines: tuple[str, ...]) -> str:
    return "\n".join(map(text, lines))
