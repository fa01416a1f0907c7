"""TAP, version 14."""

from __future__ import annotations

from dataclasses import replace

import yaml

from sipdomain.errors import FileError, Position
from sipdomain.report.files.tap import tap
from sipdomain.scenario.loader import WrongFile
from tests.unit.report.test_reports import FAILED, NOT_RUN, PASSED


def test_each_scenario_is_a_test_point_and_a_failure_has_its_diagnosis() -> None:
    lines = tap([PASSED, FAILED, NOT_RUN]).decode().splitlines()
    assert [each for each in lines if not each.startswith(" ")] == [
        "TAP version 14",
        "1..3",
        "ok 1 - A good call",
        "not ok 2 - Only the office may call",
        "ok 3 - SIPp calls # SKIP needs live sockets",
    ]
    begin, end = lines.index("  ---"), lines.index("  ...")
    found = yaml.safe_load("\n".join(lines[begin + 1 : end]))
    assert found["message"] == "steps[1].expect.answered: expected answered, got trying"
    assert found["severity"] == "fail"
    assert found["at"] == {"file": "calls/office.scenario.yaml", "line": 12}
    assert found["details"][:2] == [
        "error: steps[1].expect.answered is not met",
        "  --> calls/office.scenario.yaml:12:5",
    ]
    assert "Correct-Horse-42" not in "\n".join(lines)


def test_a_wrong_file_is_not_ok() -> None:
    wrong = WrongFile(
        "b.scenario.yaml", FileError("a key is doubled", where=Position("b.scenario.yaml", 3, 1))
    )
    lines = tap([], [wrong]).decode().splitlines()
    assert lines[:4] == ["TAP version 14", "1..1", "not ok 1 - b.scenario.yaml", "  ---"]
    assert lines[4:6] == ['  message: "a key is doubled"', "  severity: fail"]
    assert lines[6] == '  at: {"file": "b.scenario.yaml", "line": 3}'


def test_a_title_is_not_taken_for_a_directive_nor_for_a_line_of_its_own() -> None:
    title = "Key \\ # SKIP no\nnot ok 9"
    assert tap([replace(PASSED, title=title)]).decode().splitlines()[2:] == [
        "ok 1 - Key \\\\ \\# SKIP no\N{REPLACEMENT CHARACTER}not ok 9"
    ]


def test_nothing_is_an_empty_plan() -> None:
    assert tap([]) == b"TAP version 14\n1..0\n"
