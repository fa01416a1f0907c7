"""The scorecards of bots as one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sipdomain.bot.card import Card, Row, table
from sipdomain.report.scorecard.page import check, page, text


def html_page(cards: Sequence[Card]) -> bytes:
    """Return the page in UTF-8."""
    failed = sum(each.count("failed") for each in cards)
    if len(cards) == 1:
        (card,) = cards
        return page("bot", f"{failed} failed", f"{card.bot}: {card.summary}", _card(card, ""))
    body = [*_table(cards)]
    for number, each in enumerate(cards, 1):
        body += [
            f'<h2 id="bot-{number}">{text(each.bot)}: {text(each.summary)}</h2>',
            *_card(each, f"bot-{number}-"),
        ]
    return page("bot", f"{failed} failed", f"{len(cards)} bots, {failed} checks failed", body)


def _table(cards: Sequence[Card]) -> Iterator[str]:
    head, *rows = table(cards)
    yield f"<table><tr>{''.join(f'<th>{text(each)}</th>' for each in head)}</tr>"
    for number, (bot, *cells) in enumerate(rows, 1):
        link = f'<td><a href="#bot-{number}">{text(bot)}</a></td>'
        yield f"<tr>{link}{''.join(f'<td>{text(each)}</td>' for each in cells)}</tr>"
    yield "</table>"


def _card(card: Card, prefix: str) -> Iterator[str]:
    for row in card.sorted_rows:
        yield from _row(row, prefix)
    yield from _figures(card, prefix)
    for number, each in enumerate(card.transcripts, 1):
        yield from _call(number, each, prefix)


def _row(row: Row, prefix: str) -> Iterator[str]:
    about = [("wanted", f"The bot {row.what}."), *([("fix", row.mend)] if row.mend else [])]
    evidence = [f"<pre>{_lines(row.evidence)}</pre>"] if row.evidence else []
    return check(row.name, row.outcome, row.said, about, evidence, prefix=prefix)


def _figures(card: Card, prefix: str) -> Iterator[str]:
    yield f'<details id="{prefix}figures"><summary>What was measured</summary><div class="inside"><dl>'
    yield from (f"<dt>{text(name)}</dt><dd>{value:g}</dd>" for name, value in card.figures.items())
    yield "</dl></div></details>"


def _call(number: int, lines: tuple[str, ...], prefix: str) -> Iterator[str]:
    yield f'<details id="{prefix}call-{number}"><summary>Call {number}: who spoke when</summary><div class="inside">'
    yield f"<pre>{_lines(lines)}</pre></div></details>"


def _lines(lines: tuple[str, ...]) -> str:
    return "\n".join(map(text, lines))
