"""The scorecard as one page."""

from __future__ import annotations

from collections.abc import Iterator

from sipdomain.qa.report.card import REMARK, Card, Row
from sipdomain.report.scorecard.page import check, page, text


def html_page(card: Card) -> bytes:
    """Return the page in UTF-8."""
    counts = f"{card.user_agent or 'A PBX without a User-Agent'} calling {card.domain}: {card.summary}"
    if card.mixture:
        counts += f". {card.mixture}"
    colour = {"A": "good", "B": "good", "C": "told", "F": "bad"}.get(card.grade, "dim")
    grade = text(card.grade)
    above = f'<div class="grade {colour}" aria-label="Grade {grade}">{grade}</div>'
    rows = (line for row in card.sorted_rows for line in _row(row))
    return page("qa", card.grade, counts, rows, above=above, footer=REMARK)


def _row(row: Row) -> Iterator[str]:
    about = [
        ("wanted", f"The PBX {row.what}."),
        ("source", row.source),
        ("seen in", f"the situation {row.situation}"),
        *(("fix", each) for each in row.mends),
    ]
    return check(row.name, row.outcome, row.said, about, _evidence(row), level=row.level)


def _evidence(row: Row) -> Iterator[str]:
    first = row.evidence[0].at if row.evidence else 0.0
    for shown in row.evidence:
        who = "The PBX sent" if shown.by == "pbx" else "The PBX got"
        yield f'<h2>{who} <span class="dim">+{shown.at - first:.3f} s, {text(shown.ends)}</span></h2>'
        yield f"<pre>{_message(shown.text, shown.lines)}</pre>"


def _message(message: str, lines: tuple[str, ...]) -> str:
    marked = []
    for line in message.split("\n"):
        words = text(line)
        marked.append(f"<b>{words}</b>" if any(line.startswith(each) for each in lines if each) else words)
    return "\n".join(marked)
