"""`sipdomain chaos`: a mistake of an application is found, and cut down to a scenario; a correct one survives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import blocks
from tests.integration.program import ended

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "break-your-app-on-purpose.md").read_text("utf-8")
BAD, MENDED = blocks(PAGE, "python")
(SCENARIO,) = blocks(PAGE, "yaml")
GOOD = BAD[: BAD.index('@app.post("/status")')] + MENDED


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    file = tmp_path / "again.scenario.yaml"
    file.write_text(SCENARIO)
    (tmp_path / "app.py").write_text(BAD)
    return file


def test_a_mistake_about_the_order_of_callbacks_becomes_a_scenario_with_two_faults_at_most(
    scenario: Path,
) -> None:
    folder = scenario.parent
    assert ended("run", "--net", "sim", "--ladder", "none", str(scenario)).returncode == 0
    done = ended("chaos", "again.scenario.yaml", "-o", "broken.scenario.yaml", folder=folder)
    assert (done.returncode, done.stderr) == (1, "")
    assert re.match(r"[0-9]+ seeds: broken by [0-9]+\nseed [0-9]+, of whose [1-4] faults [12] ", done.stdout)
    assert "error: steps[4].expect" in done.stdout
    assert done.stdout.endswith("written to broken.scenario.yaml\n")
    broken = folder / "broken.scenario.yaml"
    assert "  webhook_faults:\n" in broken.read_text()
    again = [ended("run", "--net", "sim", "--ladder", "none", str(broken)) for _ in range(2)]
    assert [each.returncode for each in again] == [1, 1]
    assert again[0].stdout == again[1].stdout
    (folder / "app.py").write_text(GOOD)
    assert ended("run", "--net", "sim", "--ladder", "none", str(broken)).returncode == 0


def test_a_correct_application_survives(scenario: Path) -> None:
    (scenario.parent / "app.py").write_text(GOOD)
    done = ended("chaos", str(scenario), "--seeds", "30")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("30 seeds: none broke it\n")


def test_the_lowest_seed_is_reported_however_many_processes_there_are(scenario: Path) -> None:
    options = ("--seeds", "40", "--only", "double", "--only", "shuffle", "-n")
    one, two = (ended("chaos", str(scenario), *options, processes) for processes in ("1", "2"))
    assert two.returncode == 1
    assert "\nseed 2, of whose 2 faults 1 is enough" in two.stdout
    # One process stops at the first seed that breaks it; what it says of that is the same.
    assert two.stdout.partition("\nseed ")[2] == one.stdout.partition("\nseed ")[2]


@pytest.mark.parametrize(
    ("change", "options", "error"),
    [
        (("responses: [100, 180, 200]", "responses: [486]"), (), "fails without any fault: steps[4].expect"),
        (
            ("app: app.py", "app: http://127.0.0.1:5000"),
            (),
            "cannot be played in virtual time: needs live sockets",
        ),
        (("steps:", "stpes:"), (), "a scenario has a title and steps"),
        (("", ""), ("--only", "dorp"), "--only dorp: there is no such fault; write one of drop, "),
        (("", ""), ("--row", "2"), "--row 2: "),
        (("", ""), ("-o", "elsewhere/new.scenario.yaml"), "-o names a file beside the scenario"),
    ],
)
def test_what_cannot_be_played_is_refused(
    scenario: Path, change: tuple[str, str], options: tuple[str, ...], error: str
) -> None:
    scenario.write_text(SCENARIO.replace(*change, 1))
    done = ended("chaos", str(scenario), "--seeds", "1", *options)
    assert done.returncode == 2
    assert done.stdout == ""
    assert error in done.stderr
