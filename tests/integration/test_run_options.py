"""What `sipdomain run` plays, in which order, how often, and what a terminal sees meanwhile."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.program import Program, ended

GOOD = """\
scenario: A greeting
given:
  access_lists: {office: [127.0.0.10]}
  domains: {acme: {calls: [office], voice: /voice}}
  app: {/voice: {say: Welcome}}
  phones: {pbx: {address: 127.0.0.10}}
steps:
  - dial: sip:100@acme
  - expect: {answered: true}
"""
BAD = GOOD.replace("A greeting", "Nobody answers").replace("answered: true", "answered: false, within: 1")
FROM_A_FILE = GOOD.replace("A greeting", "An application of my own").replace(
    "{/voice: {say: Welcome}}", "app.py"
)
APP = """\
from flask import Flask
app = Flask(__name__)

@app.post("/voice")
def voice():
    return "<Response><Say>Welcome</Say></Response>", {"Content-Type": "text/xml"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    played = tmp_path / "played"
    played.mkdir()
    texts = {"a-good": GOOD, "b-bad": BAD, "c-good": GOOD.replace("A greeting", "Another greeting")}
    for name, text in texts.items():
        (played / f"{name}.scenario.yaml").write_text(text)
    return played


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = ("run", ".", "--net=sim", "--ladder=none", *arguments)
    state = {"XDG_STATE_HOME": str(folder.parent / "state")}
    return ended(*command, folder=folder, environment={**os.environ, **state, **variables})


def titles(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the titles of what was played, in the order in which they ended."""
    return re.findall(r"^[✓✗] (.*?)  +\d", done.stdout, re.MULTILINE)


def test_a_list_says_what_would_be_played_and_plays_nothing(folder: Path) -> None:
    (folder / "d-live.scenario.yaml").write_text(
        GOOD.replace("given:", "needs: [live]\ntags: [slow]\ngiven:")
    )
    done = run(folder, "--list", "-k", "greeting")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "a-good.scenario.yaml: A greeting\n"
        "c-good.scenario.yaml: Another greeting\n"
        "d-live.scenario.yaml: A greeting  (needs live, #slow)\n"
        "  not run: needs live sockets\n"
        "2 to be played, 1 not\n"
    )
    assert run(folder, "--list", "-k", "tls").returncode == 3
    (folder / "e-wrong.scenario.yaml").write_text("steps: []\n")
    assert run(folder, "--list").returncode == 2


@pytest.mark.parametrize("at_once", ["-n1", "-n2"])
def test_the_first_failure_ends_the_run_when_that_is_asked_for(folder: Path, at_once: str) -> None:
    done = run(folder, "b-bad.scenario.yaml", "--fail-fast", at_once, "--repeat=20", "-k", "nobody")
    assert done.returncode == 1
    passed, failed, not_run = map(
        int, re.findall(r"(\d+) (?:passed|failed|not run)", done.stdout.splitlines()[-1])
    )
    # What was under way beside it may have failed before it was to stop.
    assert (passed, failed + not_run) == (0, 20)
    assert failed <= 2


def test_what_was_not_reached_says_why(folder: Path) -> None:
    done = run(folder, "--fail-fast", "--tap=/dev/stdout")
    assert "not reached before the first failure" in done.stdout
    assert titles(done) == ["A greeting", "Nobody answers"]


@pytest.mark.parametrize("report", ["junit", "html", "github", "tap", "jsonl", "transcript"])
def test_a_report_on_standard_output_is_alone_there(folder: Path, report: str) -> None:
    done = run(folder, "--keep-going", f"--{report}=-")
    file = folder / "report"
    run(folder, "--keep-going", f"--{report}={file}")
    assert (len(done.stdout.splitlines()), done.stdout[:60]) == (
        len(file.read_text("utf-8").splitlines()),
        file.read_text("utf-8")[:60],
    )
    assert "2 passed, 1 failed, 0 not run" in done.stderr
    assert not (folder / "-").exists()


def test_only_what_failed_last_is_played_again(folder: Path) -> None:
    assert titles(run(folder)) == ["A greeting", "Nobody answers", "Another greeting"]
    assert titles(run(folder, "--last-failed")) == ["Nobody answers"]
    (folder / "b-bad.scenario.yaml").write_text(BAD.replace("answered: false", "answered: true"))
    assert titles(run(folder, "--last-failed")) == ["Nobody answers"]
    done = run(folder, "--last-failed")
    assert done.stdout.startswith("none of these failed when it was last played: all of them are played\n")
    assert len(titles(done)) == 3


def test_a_state_folder_that_cannot_be_written_is_a_note(folder: Path) -> None:
    (folder.parent / "state").write_text("a file")
    done = run(folder)
    assert done.returncode == 1
    assert done.stderr.startswith("note: which scenarios failed cannot be remembered: ")


def test_what_is_repeated_is_numbered(folder: Path) -> None:
    done = run(folder, "--repeat=2", "-k", "greeting")
    assert titles(done) == [
        "A greeting (1 of 2)", "Another greeting (1 of 2)", "A greeting (2 of 2)", "Another greeting (2 of 2)",
    ]  # fmt: skip
    assert done.stdout.endswith("\n4 passed, 0 failed, 0 not run\n")


def test_a_shuffled_order_can_be_had_again(folder: Path) -> None:
    done = run(folder, "--shuffle", "--repeat=10", "-k", "greeting")
    seed = re.match(r"in the order of --shuffle-seed (\d+)\n", done.stdout)
    assert seed is not None
    again = run(folder, "--shuffle-seed", seed[1], "--repeat=10", "-k", "greeting")
    assert titles(again) == titles(done)
    assert len(set(titles(done))) == 20


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--junit=x.xml"], "--watch cannot stand beside --junit"),
        (["--last-failed"], "--watch cannot stand beside --last-failed"),
        (["--list"], "--watch cannot stand beside --list"),
    ],
)
def test_what_makes_no_sense_beside_watch_is_bad_usage(folder: Path, arguments: list[str], said: str) -> None:
    done = run(folder, "--watch", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: {said}; leave out one of the two\n"


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Program]:
    (tmp_path / "good.scenario.yaml").write_text(GOOD)
    (tmp_path / "own.scenario.yaml").write_text(FROM_A_FILE)
    (tmp_path / "app.py").write_text(APP)
    program = Program("run", ".", "--net=sim", "--ladder=none", "--watch", folder=tmp_path)
    yield program
    program.close()


def round_of(program: Program) -> list[str]:
    """Return the lines of one round, up to the one that says that it watches."""
    assert program.stdout is not None
    lines = [
        line.rstrip() for line in iter(program.stdout.readline, "watching for changes; Ctrl-C ends it\n")
    ]
    return [re.sub(r"  +.*", "", each) for each in lines]


def save(file: Path, text: str) -> None:
    """Write a file at once, as editors do: half of it would be played by itself."""
    beside = file.with_suffix(".new")
    beside.write_text(text)
    beside.replace(file)


def test_what_changes_is_played_again_until_ctrl_c(watching: Program, tmp_path: Path) -> None:
    assert round_of(watching) == [
        "✓ A greeting",
        "✓ An application of my own",
        "2 passed, 0 failed, 0 not run",
    ]
    save(tmp_path / "app.py", APP.replace("<Say>Welcome</Say>", "<Reject/>"))
    assert round_of(watching)[0] == "✗ An application of my own"
    save(tmp_path / "app.py", APP)
    assert round_of(watching) == ["✓ An application of my own", "1 passed, 0 failed, 0 not run"]
    save(tmp_path / "new.scenario.yaml", GOOD.replace("A greeting", "A new one"))
    assert round_of(watching) == ["✓ A new one", "1 passed, 0 failed, 0 not run"]
    save(tmp_path / "good.scenario.yaml", "steps: []\n")
    assert round_of(watching) == ["0 passed, 0 failed, 0 not run, 1 wrong file"]
    watching.send_signal(signal.SIGINT)
    assert watching.wait(20) == 0


def on_a_terminal(folder: Path, **variables: str) -> str:
    """Return what a terminal of 60 columns gets to see of a run."""
    ours, theirs = pty.openpty()
    environment = {name: each for name, each in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    environment |= {"TERM": "xterm", "COLUMNS": "60", **variables}
    command = ("run", "a-good.scenario.yaml", "c-good.scenario.yaml", "--net=sim", "--ladder=none")
    program = Program(*command, folder=folder, environment=environment, output=(theirs, theirs))
    os.close(theirs)
    seen = b""
    try:
        # A terminal without a writer is an error on Linux, and an end elsewhere.
        while chunk := os.read(ours, 65536):
            seen += chunk
    except OSError:
        pass
    finally:
        os.close(ours)
    assert program.wait(20) == 0
    return seen.decode()


def test_a_terminal_sees_how_far_the_run_has_come(folder: Path) -> None:
    seen = on_a_terminal(folder)
    assert re.search(r"  0/2 · \d+ s · A greeting", seen)
    assert re.search(r"  1/2 · \d+ s · Another greeting", seen)
    assert "\x1b[32m✓\x1b[0m A greeting" in seen
    assert "1/2" not in run(folder).stdout


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}])
def test_a_terminal_without_colours_still_sees_it(folder: Path, variable: dict[str, str]) -> None:
    seen = on_a_terminal(folder, **variable)
    assert "\x1b[32m" not in seen
    assert "0/2" in seen


def test_a_dumb_terminal_gets_lines_only(folder: Path) -> None:
    assert "\x1b" not in on_a_terminal(folder, TERM="dumb")


def test_colours_can_be_forced_into_a_pipe(folder: Path) -> None:
    done = run(folder, FORCE_COLOR="1")
    assert "\x1b[32m✓\x1b[0m A greeting" in done.stdout
    assert "\r" not in done.stdout
