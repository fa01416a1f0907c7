"""What is remembered of failed scenarios, and how much."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from sipdomain.cli import last_failed
from sipdomain.cli.last_failed import remember, remembered, what_failed
from sipdomain.scenario.runner import Result


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "sipdomain" / "last-failed.json"


def test_what_passes_is_forgotten_and_what_was_not_played_stays() -> None:
    assert remember({"/a": True, "/b": True, "/c": False}) == ""
    assert remembered() == ["/a", "/b"]
    remember({"/a": False})
    assert remembered() == ["/b"]


def test_a_file_has_passed_when_all_its_rows_did_each_time() -> None:
    def results(*outcomes: Literal["passed", "failed", "not run"]) -> list[Result]:
        return [Result("/a", "A", outcome, "documented", "sim") for outcome in outcomes]

    rows = ["/a", "/a", "/b"]
    assert what_failed(results("passed", "passed"), rows, 1) == {"/a": False}
    assert what_failed(results("passed"), rows, 1) == {}
    assert what_failed(results("passed", "not run"), rows, 1) == {}
    assert what_failed(results("passed", "passed", "passed"), rows, 2) == {}
    assert what_failed(results("failed"), rows, 1) == {"/a": True}


def test_nothing_is_written_as_long_as_nothing_fails(state: Path) -> None:
    assert remember({"/a": False}) == ""
    assert not state.parent.exists()


def test_the_oldest_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_failed, "MOST", 3)
    remember({"/a": True, "/b": True, "/c": True})
    remember({"/a": True, "/d": True})
    assert remembered() == ["/c", "/a", "/d"]


@pytest.mark.parametrize("text", ["", "{}", "[1, null]", "[" * 100_000, "\x00"])
def test_a_file_that_is_not_ours_is_as_nothing(state: Path, text: str) -> None:
    state.parent.mkdir()
    state.write_text(text)
    assert remembered() == []
