"""The transcript of a run."""

from __future__ import annotations

from pathlib import Path

from tests.integration.program import ended

SCENARIO = "scenarios/gather/account-number.scenario.yaml"


def test_a_run_writes_what_was_said_and_pressed(tmp_path: Path) -> None:
    file = tmp_path / "transcript.txt"
    done = ended("run", "--net", "sim", SCENARIO, "--transcript", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    title, *lines = file.read_text("utf-8").splitlines()
    assert title == "# A number is entered and finished with a star: passed, sim"
    said = [line.split(maxsplit=2)[2] for line in lines if line.startswith("      ")]
    assert [each.partition(" (")[0] for each in said[:3]] == [
        "emulator says “Your number”",
        "phone presses 40#7*",
        "emulator says “Thank you”",
    ]
