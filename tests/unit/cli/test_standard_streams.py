"""An output that may break, or that knows ASCII only."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from sipdomain.cli.standard_streams import SteadyStream
from tests.patience import PATIENCE


@pytest.mark.parametrize(("encoding", "ascii_only"), [("utf-8", False), ("ascii", True), ("latin-1", True)])
def test_only_utf_8_is_relied_on_for_more_than_ascii(encoding: str, ascii_only: bool) -> None:
    assert SteadyStream(TextIOWrapper(BytesIO(), encoding=encoding)).ascii_only is ascii_only


def test_a_command_prints_question_marks_where_the_terminal_knows_ascii_only(tmp_path: Path) -> None:
    document = tmp_path / "document.xml"
    document.write_text('<Response><Pause l\u00e4nge="1"/></Response>', "utf-8")
    command = [sys.executable, "-m", "sipdomain", "lint", str(document)]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"l?nge" in done.stdout


def test_what_breaks_a_stream_is_reported_once() -> None:
    class Full(TextIOWrapper):
        def write(self, _words: str) -> int:
            raise OSError(28, "No space left on device")

    broken: list[str] = []
    stream = SteadyStream(Full(BytesIO(), encoding="utf-8"), lambda error: broken.append(str(error)))
    stream.write("one")
    stream.write("two")
    stream.flush()
    assert broken == ["[Errno 28] No space left on device"]
