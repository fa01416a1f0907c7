"""The scorecard as one page that needs nothing beside it, and runs no script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from importlib import resources
from typing import Final

from sipdomain.mask import printable
from sipdomain.qa.report.card import REMARK, Card, Row

_OWN: Final = """
.grade { float: right; font-size: 3rem; line-height: 1; font-weight: 700; margin: 0 0 .5rem 1rem; }
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
    said = f"{_text(card.user_agent) or 'A PBX without a User-Agent'} calling {_text(card.domain)}: {_text(card.summary)}"
    colour = {"A": "good", "B": "good", "C": "told", "F": "bad"}.get(card.grade, "dim")
    head = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>sipdomain qa: {escape(card.grade)}</title>
<style>{style}</style>
</head>
<body>
<header>
<div class="grade {colour}" aria-label="Grade {escape(card.grade)}">{escape(card.grade)}</div>
<h1>sipdomain qa</h1>
<p id="counts">{said}</p>
</header>
<main>
"""
    body = "\n".join(line for row in card.sorted_rows for line in _row(row))
    return f"{head}{body}\n</main>\n<footer class='dim'>{REMARK}</footer>\n</body>\n</html>\n".encode()


def _text(text: str) -> str:
    return escape(printable(text))


def _row(row: Row) -> Iterator[str]:
    is_open = " open" if row.outcome == "failed" else ""
    yield f'<details id="{row.name}"{is_open}>'
    yield (
        f'<summary><span class="state {_STATES[row.outcome]}">{row.outcome}</span> <b>{row.level}</b> '
        f'<span>{_text(row.said)}</span><span class="dim">{row.name}</span></summary>'
    )
    yield '<div class="inside"><dl>'
    yield f"<dt>wanted</dt><dd>The PBX {_text(row.what)}.</dd>"
    yield f"<dt>source</dt><dd>{_text(row.source)}</dd>"
    yield f"<dt>seen in</dt><dd>the situation {row.situation}</dd>"
    yield from (f"<dt>fix</dt><dd>{_text(mend)}</dd>" for mend in row.mends)
    yield "</dl>"
    first = row.evidence[0].at if row.evidence else 0.0
    for shown in row.evidence:
        who = "The PBX sent" if shown.by == "pbx" else "The PBX got"
        yield f'<h2>{who} <span class="dim">+{shown.at - first:.3f} s, {_text(shown.ends)}</span></h2>'
        yield f"<pre>{_message(shown.text, shown.lines)}</pre>"
    yield "</div></details>"


def _message(text: str, lines: tuple[str, ...]) -> str:
    marked = []
    for line in text.split("\n"):
        words = _text(line)
        marked.append(f"<b>{words}</b>" if any(line.startswith(each) for each in lines if each) else words)
    return "\n".join(marked)
