"""Reports that CI servers read, as `sipdomain run` writes them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE

FAILS = """\
scenario: The greeting is another one
given:
  credential_lists: {staff: {alice: Correct-Horse-42}}
  domains: {acme: {calls: [staff], voice: /voice}}
  app: {/voice: {say: Welcome}}
  phones: {alice: {user: alice, password: Correct-Horse-42}}
steps:
  - dial: {name: first, phone: alice, to: "sip:100@acme"}
  - expect: {call: first, heard: {say: Goodbye}, within: 5}
"""


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "fails.scenario.yaml").write_text(FAILS)
    command = [sys.executable, "-m", "sipdomain", "run", "--net", "sim", "--ladder", "none", *options]
    return subprocess.run(
        [*command, "fails.scenario.yaml"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_a_summary_for_github_is_added_to_the_file_and_annotations_are_printed(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_text("of another program\n")
    done = run(tmp_path, "--github", str(file))
    assert (done.returncode, done.stderr) == (1, "")
    text = file.read_text("utf-8")
    assert text.startswith("of another program\n### sipdomain: 1 failed\n\n<details open>")
    assert "Correct-Horse-42" not in text
    [line] = [each for each in done.stdout.splitlines() if each.startswith("::")]
    assert line.startswith(
        "::error file=fails.scenario.yaml,line=9,title=The greeting is another one::steps[1].expect.heard"
    )


def test_a_run_writes_tap(tmp_path: Path) -> None:
    done = run(tmp_path, "--tap", str(tmp_path / "run.tap"))
    assert done.returncode == 1
    lines = (tmp_path / "run.tap").read_text("utf-8").splitlines()
    assert lines[:3] == ["TAP version 14", "1..1", "not ok 1 - The greeting is another one"]
    assert [each for each in done.stdout.splitlines() if each.startswith("::")] == []
