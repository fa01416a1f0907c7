"""The reports of a run are written each by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.cli.report_options import ReportFiles
from sipdomain.errors import SetupError


def test_a_report_for_which_there_is_no_room_keeps_no_other_from_being_written(tmp_path: Path) -> None:
    reports = ReportFiles({"junit": Path("/dev/full"), "tap": tmp_path / "run.tap"}, [])
    with pytest.raises(SetupError, match=r"^--junit /dev/full cannot be written: No space left on device$"):
        reports.write([], [])
    assert (tmp_path / "run.tap").read_text().startswith("TAP version 14")
