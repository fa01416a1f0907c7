"""How far a run has come, in one line."""

from __future__ import annotations

import io
from dataclasses import replace

from sipdomain.report.console import Console
from sipdomain.report.progress import Progress
from tests.unit.report.test_reports import FAILED, PASSED


def test_it_counts_what_ended_and_names_what_is_under_way() -> None:
    progress = Progress(12, 100.0)
    assert progress.line(100.0) == "0/12 · 0 s"
    progress.started(0, "A good call")
    progress.started(1, "Only the office may call")
    progress.started(2, "A wrong file")
    progress.ended(0, PASSED)
    assert progress.line(103.4) == "1/12 · 3 s · Only the office may call · A wrong file"
    progress.ended(1, FAILED)
    progress.ended(2, None)
    assert progress.line(170.0) == "3/12 · 2 failed · 70 s"


def test_a_line_of_progress_is_taken_back_before_anything_else_is_written() -> None:
    stream = io.StringIO()
    console = Console(stream, ascii_only=False, colour=False, width=20)
    console.status("1/3 · 2 s · A title that is too long")
    console.status("1/3 · 2 s · A title that is too long")
    console.announce("said")
    console.status("")
    assert stream.getvalue() == "  1/3 · 2 s · A ti…\r\x1b[Ksaid\n"


def test_where_no_line_can_be_overwritten_none_is_written() -> None:
    stream = io.StringIO()
    console = Console(stream, ascii_only=False, colour=True)
    console.status("1/3")
    console.finished(replace(PASSED, title="Said"))
    assert "1/3" not in stream.getvalue()
    assert "\r" not in stream.getvalue()
