"""What the page of a run costs: to write it for 1,000 calls with their audio, and to open it in a browser."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path

from sipdomain.report.files.html import html_page
from sipdomain.scenario.loader import load_scenario
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.worlds import maker
from tests.benchmarks.figures import Figure
from tests.integration.devtools import page

_SCENARIO = Path(__file__).parents[2] / "scenarios" / "gather" / "account-number.scenario.yaml"
_CALLS = 1_000
_ROUNDS = 3
_IDLE = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
_LAST = "[...document.querySelectorAll('main > details')].at(-1)"


def costs() -> list[Figure]:
    """Measure a page of 1,000 scenarios of one call each, played in virtual time."""
    result = run_scenario(load_scenario(_SCENARIO), maker("sim"), substrate="sim", with_audio=True)
    results = [replace(result, title=f"Number {each}") for each in range(_CALLS)]
    began_at = time.process_time()
    data = html_page(results)
    written = time.process_time() - began_at
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "run.html"
        file.write_bytes(data)
        with page(Path(folder) / "browser") as browser:
            opened, unfolded = [], []
            for _ in range(_ROUNDS):
                browser.open("about:blank")
                began_at = time.monotonic()
                browser.open(file.as_uri())
                browser.asked(_IDLE)
                opened.append(time.monotonic() - began_at)
                began_at = time.monotonic()
                browser.asked(f"unfold({_LAST}), {_IDLE}")
                unfolded.append(time.monotonic() - began_at)
    about = f"{_CALLS} calls, {len(data) / 1e6:.1f} MB"
    return [
        Figure("page, written", written, "s", f"{about}; process time"),
        Figure(
            "page, opened",
            sorted(opened)[_ROUNDS // 2],
            "s",
            f"{about}; until it is drawn, median of {_ROUNDS}",
        ),
        Figure("page, a call unfolded", sorted(unfolded)[_ROUNDS // 2], "s", f"{about}; until it is drawn"),
    ]
