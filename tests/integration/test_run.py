"""`sipdomain run` as a shell starts it: its exit codes, its reports, and what cannot stop it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.integration.program import ended
from tests.patience import PATIENCE

GOOD = """\
scenario: A greeting
given:
  access_lists: {office: [127.0.0.10]}
  domains: {acme: {calls: [office], voice: /voice}}
  app: {/voice: {say: Welcome}}
  phones: {pbx: {address: 127.0.0.10}}
steps:
  - dial: sip:100@acme
  - expect: {webhook: /voice, signed: true}
"""
COMMAND = (sys.executable, "-m", "sipdomain", "run")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    texts = {
        "good": GOOD,
        "reply": GOOD.replace("{say: Welcome}", "{say: Welcome, twiml: x}"),
        "sid": GOOD.replace("given:", "given:\n  account: {sid: AC123}"),
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.scenario.yaml").write_text(text)
    return tmp_path


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = ("run", "--net=sim", "--ladder=none", *arguments)
    return ended(*command, folder=folder, environment={**os.environ, **variables})


def run_by_a_shell(folder: Path, redirection: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", "-c", f'"$@" {redirection}', "sh", *COMMAND, "--net=sim", "--ladder=none", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def test_all_wrong_files_are_reported_and_nothing_is_played(folder: Path) -> None:
    (folder / "report.xml").write_text("old")
    done = run(folder, ".", "absent", "--junit=report.xml", "--jsonl=report.jsonl")
    assert done.returncode == 2
    assert done.stdout == "0 passed, 0 failed, 1 not run, 3 wrong files\n"
    assert "error: no scenario found at absent\n" in done.stderr
    assert "\n --> reply.scenario.yaml:5:32\n" in done.stderr
    assert "\n --> sid.scenario.yaml:3:13\n" in done.stderr
    suite = ET.parse(folder / "report.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("errors"), suite.get("skipped")) == ("4", "3", "1")
    lines = [json.loads(line) for line in (folder / "report.jsonl").read_text().splitlines()]
    assert [(each["kind"], each["file"]) for each in lines] == [
        ("Result", "good.scenario.yaml"),
        ("WrongFile", "absent"),
        ("WrongFile", "reply.scenario.yaml"),
        ("WrongFile", "sid.scenario.yaml"),
    ]


def test_the_others_play_when_that_is_asked_for(folder: Path) -> None:
    done = run(folder, ".", "--keep-going")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        2,
        "1 passed, 0 failed, 0 not run, 2 wrong files",
    )
    (folder / "bad.scenario.yaml").write_text(GOOD.replace("signed: true", "signed: false, within: 1"))
    done = run(folder, ".", "--keep-going")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        1,
        "1 passed, 1 failed, 0 not run, 2 wrong files",
    )


def test_what_is_not_run_fails_when_strict(folder: Path) -> None:
    (folder / "good.scenario.yaml").write_text(GOOD.replace("given:", "needs: [live]\ngiven:"))
    assert run(folder, "good.scenario.yaml").returncode == 3
    done = run(folder, "good.scenario.yaml", "--strict", "--junit=report.xml")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "0 passed, 1 failed, 0 not run")
    assert ET.parse(folder / "report.xml").getroot()[0].get("failures") == "1"


def test_nothing_that_matches_is_reported_with_the_nearest_title(folder: Path) -> None:
    done = run(folder, "good.scenario.yaml", "-k", "greting and not tls")
    assert done.returncode == 3
    assert done.stderr == "-k 'greting and not tls' matches none of 1 scenarios; nearest: 'A greeting'\n"
    done = run(folder, "good.scenario.yaml", "-k", "greeting and")
    assert (done.returncode, done.stderr) == (
        2,
        "error: -k 'greeting and': a word is missing at the end; write such as 'password and not (tls or ipv6)'\n",
    )


def test_the_account_comes_from_the_environment(folder: Path) -> None:
    sid = "AC" + "7" * 32
    text = GOOD.replace("signed: true", f"signed: true, parameters: {{AccountSid: {sid}}}")
    (folder / "good.scenario.yaml").write_text(text)
    done = run(folder, "good.scenario.yaml", TWILIO_ACCOUNT_SID=sid, TWILIO_AUTH_TOKEN="a-token-of-my-own")
    assert done.returncode == 0, done.stdout
    done = run(folder, "good.scenario.yaml", TWILIO_ACCOUNT_SID="AC1")
    assert (done.returncode, done.stderr) == (
        2,
        "error: TWILIO_ACCOUNT_SID needs AC and 32 hexadecimal digits (got 'AC1')\n",
    )


def test_a_report_that_cannot_be_written_is_reported_before_the_run(folder: Path) -> None:
    done = run(folder, "good.scenario.yaml", "--jsonl=none/report.jsonl")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: --jsonl none/report.jsonl cannot be written: No such file or directory\n"
    done = run(folder, "good.scenario.yaml", "--jsonl=report", "--junit=./report")
    assert (done.returncode, done.stderr) == (2, "error: --junit and --jsonl need a file each\n")


@pytest.mark.parametrize("flag", ["--junit", "--jsonl"])
@pytest.mark.parametrize(
    "name", ["good.scenario.yaml", "link.xml", "hard.xml", "other.scenario.yaml", "plain.yaml"]
)
def test_a_report_replaces_no_scenario_file(folder: Path, flag: str, name: str) -> None:
    good = folder / "good.scenario.yaml"
    (folder / "link.xml").symlink_to(good)
    os.link(good, folder / "hard.xml")
    for other in ("other.scenario.yaml", "plain.yaml"):
        (folder / other).write_text(GOOD)
    done = run(folder, "good.scenario.yaml", "plain.yaml", f"{flag}={name}")
    assert (done.returncode, done.stdout) == (2, "")
    what = "a file that is read" if name in {"hard.xml", "plain.yaml"} else "a scenario file"
    assert done.stderr == (
        f"error: {flag} {name} is {what}, which a report would replace; name another file\n"
    )
    assert (folder / name).read_text() == GOOD


def test_a_failure_has_no_ladder_where_none_is_wanted(folder: Path) -> None:
    (folder / "bad.scenario.yaml").write_text(GOOD.replace("signed: true", "signed: false"))
    for ladder, has_ladder in (("none", False), ("failed", True)):
        done = run(folder, "bad.scenario.yaml", f"--ladder={ladder}")
        assert done.returncode == 1
        assert "steps[1].expect.signed is not met" in done.stdout
        assert ("INVITE ─" in done.stdout) is has_ladder


@pytest.mark.parametrize(
    "shell", [">/dev/full", "<&- >&-", "<&- >&- 2>&-", ">/dev/full 2>/dev/full", "| true"]
)
def test_an_output_that_breaks_does_not_break_the_run(folder: Path, shell: str) -> None:
    done = run_by_a_shell(folder, shell, "good.scenario.yaml", "--junit=report.xml")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert ET.parse(folder / "report.xml").getroot()[0].get("tests") == "1"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_the_run_with_its_count_and_its_reports(
    folder: Path, number: signal.Signals, code: int
) -> None:
    os.mkfifo(folder / "started")
    waits = "scenario: Waits\nsteps: [{external: {command: [sh, -c, 'echo $$ > started; exec sleep 50'], within: 60}}]\n"
    (folder / "a.scenario.yaml").write_text(waits)
    (folder / "report.xml").write_text("old")
    command = [*COMMAND, "--no-speech", "a.scenario.yaml", "good.scenario.yaml", "--junit=report.xml"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as running:
        # Whoever opens a pipe for reading waits for the writer.
        child = int((folder / "started").read_text())
        assert not (folder / "report.xml").exists()
        running.send_signal(signal.SIGHUP)
        running.send_signal(number)
        said, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == code
    assert said.splitlines()[-1] == "0 passed, 0 failed, 2 not run"
    assert not Path(f"/proc/{child}").exists()
    skipped = [each.get("message") for each in ET.parse(folder / "report.xml").getroot().iter("skipped")]
    assert skipped == [f"broken off by {number.name}", f"not reached before {number.name}"]


def test_what_is_played_at_once_is_reported_in_the_order_of_the_files(folder: Path) -> None:
    for name in ("reply", "sid"):
        (folder / f"{name}.scenario.yaml").unlink()
    for number in range(1, 4):
        (folder / f"also-{number}.scenario.yaml").write_text(GOOD)
    (folder / "bad.scenario.yaml").write_text(GOOD.replace("signed: true", "signed: false"))
    done = run(folder, ".", "-n", "3", "--jsonl=report.jsonl")
    assert done.returncode == 1, done.stderr
    assert done.stdout.endswith("4 passed, 1 failed, 0 not run\n")
    assert "error: steps[1].expect.signed is not met" in done.stdout
    lines = [json.loads(line) for line in (folder / "report.jsonl").read_text().splitlines()]
    assert [(each["file"], each["outcome"]) for each in lines if each["kind"] == "Result"] == [
        ("also-1.scenario.yaml", "passed"),
        ("also-2.scenario.yaml", "passed"),
        ("also-3.scenario.yaml", "passed"),
        ("bad.scenario.yaml", "failed"),
        ("good.scenario.yaml", "passed"),
    ]
