"""What reports cost: the examples in virtual time, with JUnit, HTML, captures and JSON lines, beside without."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sipdomain.report.files import REPORTS
from sipdomain.scenario.loader import ScenarioFile, load_all
from sipdomain.scenario.plays import Manner, played
from sipdomain.scenario.runner import Result
from tests.benchmarks.figures import Figure

SCENARIOS: Final = Path(__file__).parents[2] / "scenarios"
ASKED_FOR: Final = ("junit", "html", "pcap", "jsonl")


def costs(*, quick: bool) -> list[Figure]:
    """Return what a run costs with reports, in parts of what it costs without: the least of several rounds of each."""
    folders = [SCENARIOS / name for name in ("gather", "webhooks")] if quick else [SCENARIOS]
    files, _ = load_all(folders, seed=0)
    _run(files, reports=())
    bare: list[float] = []
    whole: list[float] = []
    for _ in range(3):
        bare.append(_run(files, reports=()))
        whole.append(_run(files, reports=ASKED_FOR))
    more = min(whole) / min(bare) - 1
    method = f"{len(files)} examples in virtual time, CPU of one process, the least of 3 rounds of each"
    return [
        Figure("run without reports", min(bare), "s", method),
        Figure("junit, html, pcap, jsonl: more", 100 * more, "%", method),
    ]


def _run(files: Sequence[ScenarioFile], *, reports: Sequence[str]) -> float:
    gc.collect()
    begin = time.process_time()
    manner = Manner("sim", tapped="pcap" in reports)
    plays = played(files, manner, at_once=1, stop=lambda: False, started=lambda _: None)
    results = [found for _, found in plays if isinstance(found, Result)]
    for name in reports:
        REPORTS[name].write(results, ())
    return time.process_time() - begin
