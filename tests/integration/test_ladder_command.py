"""`sipdomain ladder`: of a call that a running emulator had, and of one in a file."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.integration.program import ended

SCENARIO = "scenarios/first-call/a-greeting-of-your-own.scenario.yaml"


def test_the_ladder_of_a_file_in_each_form(tmp_path: Path) -> None:
    journal = tmp_path / "run.jsonl"
    assert ended("run", "--net", "sim", SCENARIO, "--jsonl", str(journal)).returncode == 0
    rows = [json.loads(line) for line in journal.read_text("utf-8").splitlines()]
    sid = next(each["call_sid"] for each in rows if each["kind"] == "CallBegan")
    drawn = {
        form: ended("ladder", sid, "--journal", str(journal), "--format", form)
        for form in ("text", "markdown", "mermaid", "svg")
    }
    assert [(each.returncode, each.stderr) for each in drawn.values()] == [(0, "")] * 4
    assert "│ INVITE ─" in drawn["text"].stdout
    assert f"- CallSid: {sid}" in drawn["markdown"].stdout.splitlines()
    assert drawn["mermaid"].stdout.startswith("sequenceDiagram\n")
    assert ET.fromstring(drawn["svg"].stdout).tag == "{http://www.w3.org/2000/svg}svg"
    assert ended("ladder", "--journal", str(journal)).stdout == drawn["text"].stdout
    unknown = ended("ladder", "CA0", "--journal", str(journal))
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert unknown.stderr == f"no call 'CA0' is in the journal of {journal}\n"


def test_what_is_not_a_journal_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("hello\n")
    refused = ended("ladder", "--journal", str(other))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        f"error: --journal {other} is not a journal; `sipdomain run --jsonl FILE` writes one\n"
    )
    missing = ended("ladder", "--journal", str(tmp_path / "none"))
    assert (missing.returncode, "cannot be read: No such file" in missing.stderr) == (2, True)
