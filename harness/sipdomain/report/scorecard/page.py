"""A scorecard as one page that needs nothing beside it, and runs no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from sipdomain.mask import printable
from sipdomain.report.page.assets import asset, policy_hash
from sipdomain.report.scorecard.outcome import Outcome

_OWN: Final = """
.grade { float: right; font-size: 3rem; line-height: 1; font-weight: 700; margin: 0 0 .5rem 1rem; }
.told { color: var(--warn); }
.state { min-width: 7.5rem; }
b { font-weight: 600; }
main > details[open] > .inside { padding-top: .3rem; }
@media print { details > * { display: block; } }
"""
_STATES: Final[dict[Outcome, str]] = {
    "failed": "bad", "passed": "good", "could not tell": "told", "not run": "dim"
}  # fmt: skip


def page(
    command: str, result: str, counts: str, body: Iterable[str], *, above: str = "", footer: str = ""
) -> bytes:
    """Return the page in UTF-8; its policy lets the browser ask for nothing.

    Args:
        command: Which command made it.
        result: The result in a word or two, for the title.
        counts: The counts, in a line.
        body: The lines of HTML between the head and the foot.
        above: HTML that comes first.
        footer: What is said below.
    """
    style = asset("page.css") + _OWN
    policy = f"default-src 'none'; style-src '{policy_hash(style)}'; base-uri 'none'; form-action 'none'"
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>sipdomain {command}: {text(result)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        "<header>",
        *([above] if above else []),
        f"<h1>sipdomain {command}</h1>",
        f'<p id="counts">{text(counts)}</p>',
        "</header>",
        "<main>",
        *body,
        "</main>",
        *([f'<footer class="dim">{text(footer)}</footer>'] if footer else []),
        "</body>",
        "</html>",
    ]
    return ("\n".join(lines) + "\n").encode()


def text(words: str) -> str:
    """Return a text on one line as HTML."""
    return escape(printable(words))


def check(
    name: str, outcome: Outcome, said: str, about: Iterable[tuple[str, str]], evidence: Iterable[str],
    *, level: str = "", prefix: str = "",
) -> Iterator[str]:  # fmt: skip
    """Yield the lines of HTML of a check, which is unfolded where it failed.

    Args:
        name: Its name.
        outcome: What it said, in a word.
        said: The same in a sentence.
        about: What else there is to say of it, each with what it is.
        evidence: What shows it, in HTML.
        level: How grave it is, in a word.
        prefix: What its anchor begins with, where a page has several of its name.
    """
    yield f'<details id="{prefix}{name}"{" open" if outcome == "failed" else ""}>'
    grave = f"<b>{level}</b> " if level else ""
    yield (
        f'<summary><span class="state {_STATES[outcome]}">{outcome}</span> {grave}'
        f'<span>{text(said)}</span><span class="dim">{name}</span></summary>'
    )
    yield '<div class="inside"><dl>'
    yield from (f"<dt>{text(what)}</dt><dd>{text(words)}</dd>" for what, words in about)
    yield "</dl>"
    yield from evidence
    yield "</div></details>"
