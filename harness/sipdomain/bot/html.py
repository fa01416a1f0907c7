"""The scorecard of a bot as one page that needs nothing beside it, and runs no script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from importlib import resources
from typing import Final

from sipdomain.bot.card import Card, Row
from sipdomain.mask import printable

_OWN: Final = """
.told { color: var(--warn); }
.state { min-width: 7.5rem; }
b { font-weight: 600; }
main > details[open] > .inside { padding-top: .3rem; }
@media print { details > * { display: block; } }
"""
_STATES: Final = {"failed": "bad", "passed": "good", "could not tell": "told", "not run": "dim"}


def html_page(card: Card) -> bytes:
    """Return the page in UTF-8; its policy lets the browser ask for nothing."""
    style = resources.files("sipdomain.report.page").joinpath("page.css").read_text("utf-8") + _OWN
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>sipdomain bot: {card.count("failed")} failed</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>sipdomain bot</h1>
<p id="counts">{_text(card.bot)}: {_text(card.summary)}</p>
</header>
<main>
"""
    rows = [line for row in card.sorted_rows for line in _row(row)]
    calls = [line for number, each in enumerate(card.transcripts, 1) for line in _call(number, each)]
    body = "\n".join([*rows, *_figures(card), *calls])
    return f"{head}{body}\n</main>\n</body>\n</html>\n".encode()


def _text(text: str) -> str:
    return escape(printable(text))


def _row(row: Row) -> Iterator[str]:
    is_open = " open" if row.outcome == "failed" else ""
    yield f'<details id="{row.name}"{is_open}>'
    yield (
        f'<summary><span class="state {_STATES[row.outcome]}">{row.outcome}</span> '
        f'<span>{_text(row.said)}</span><span class="dim">{row.name}</span></summary>'
    )
    yield f'<div class="inside"><dl><dt>wanted</dt><dd>The bot {_text(row.what)}.</dd>'
    if row.mend:
        yield f"<dt>fix</dt><dd>{_text(row.mend)}</dd>"
    yield "</dl>"
    if row.evidence:
        yield f"<pre>{_lines(row.evidence)}</pre>"
    yield "</div></details>"


def _figures(card: Card) -> Iterator[str]:
    yield '<details id="figures"><summary>What was measured</summary><div class="inside"><dl>'
    yield from (f"<dt>{_text(name)}</dt><dd>{value:g}</dd>" for name, value in card.figures.items())
    yield "</dl></div></details>"


def _call(number: int, lines: tuple[str, ...]) -> Iterator[str]:
    yield f'<details id="call-{number}"><summary>Call {number}: who spoke when</summary><div class="inside">'
    yield f"<pre>{_lines(lines)}</pre></div></details>"


def _lines(lines: tuple[str, ...]) -> str:
    return "\n".join(map(_text, lines))
