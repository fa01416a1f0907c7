"""One HTML page: results, ladders, messages, decisions, webhooks and transcripts of a run; it needs nothing beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sipdomain.report.files.report import Report
from sipdomain.report.page.assets import asset, policy_hash
from sipdomain.report.page.run import MOST_AUDIO, MOST_BYTES, run_data
from sipdomain.scenario.loader import WrongFile
from sipdomain.scenario.runner import Result

_SCRIPTS: Final = ("elements.js", "ladder.js", "voice.js", "call.js", "results.js")
"""Which files the page's one script is made of; the last one draws the page."""


def html_page(
    results: Sequence[Result],
    wrong: Sequence[WrongFile] = (),
    *,
    most_bytes: int = MOST_BYTES,
    most_audio: int = MOST_AUDIO,
) -> bytes:
    """Return the page in UTF-8. Its policy lets the browser run its own script, and ask for nothing.

    Args:
        results: How the scenarios went.
        wrong: The files that could not be read.
        most_bytes: What calls may weigh in it in all.
        most_audio: The same of what was said in them.
    """
    style, script = asset("page.css"), "".join(map(asset, _SCRIPTS))
    data = run_data(results, wrong, most_bytes=most_bytes, most_audio=most_audio)
    calls = "\n".join(
        f'<script type="application/json" id="call-{number}">{text}</script>'
        for number, text in enumerate(data.calls)
        if text
    )
    audio = "\n".join(
        f'<script type="application/octet-stream" id="audio-{number}">{text}</script>'
        for number, text in enumerate(data.audio)
    )
    parts = {
        "style": style,
        "style-hash": policy_hash(style),
        "script": script,
        "script-hash": policy_hash(script),
        "run": data.heads,
        "calls": f"{calls}\n{audio}",
    }
    # In one pass: what is put in may look like a place to put something.
    page = re.sub(
        r"\{(style|style-hash|script|script-hash|run|calls)\}",
        lambda found: parts[found[1]],
        asset("page.html"),
    )
    return page.encode()


REPORT: Final = Report(
    help="Write a page with results, ladders, messages, decisions, webhooks, transcripts and audio, for any browser.",
    write=html_page,
    with_audio=True,
    usual="report.html",
)
