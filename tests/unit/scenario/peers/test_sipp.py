"""What SIPp counted is read from its statistics, in its own format."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.errors import SetupError
from sipdomain.scenario.peers.sipp import Counts, counts, errors

HEAD = "StartTime;TotalCallCreated;SuccessfulCall(C);FailedCall(C);Retransmissions(C);\n"


def test_the_last_line_counts(tmp_path: Path) -> None:
    (tmp_path / "statistics.csv").write_text(f"{HEAD}a;3;1;0;0;\nb;10;9;1;4;\n")
    assert counts(tmp_path) == Counts(10, 9, 1, 4)


def test_no_statistics_mean_that_it_never_began(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="SIPp wrote no statistics"):
        counts(tmp_path)


def test_the_last_complaints_are_kept(tmp_path: Path) -> None:
    (tmp_path / "errors.log").write_text("".join(f"line {number}\n" for number in range(20)))
    assert errors(tmp_path) == [f"line {number}" for number in range(8, 20)]
