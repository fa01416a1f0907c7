"""Every command that a page shows is carried out: here, or where the table says."""

from __future__ import annotations

import os
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.commands import ELSEWHERE, OF_THE_SYSTEM, elsewhere, shown
from tests.docs.pages import ROOT, blocks
from tests.integration.program import Program, ended
from tests.patience import PATIENCE

COMMANDS = shown()
HERE = [each for each in COMMANDS if not elsewhere(each[1]) and not each[1].startswith(OF_THE_SYSTEM)]
SERVED = [command for _, command in HERE if command.startswith("sipdomain serve")]
FLASK = [command for _, command in HERE if command.startswith("flask")]
PLAYED = sorted({page for page, command in HERE if command not in SERVED + FLASK})
FREE = "127.0.0.1:0"


def test_what_is_carried_out_elsewhere_is_shown_and_is_there() -> None:
    assert {path for path in ELSEWHERE.values() if not (ROOT / path).is_file()} == set()
    assert [each for each in ELSEWHERE if not any(command.startswith(each) for _, command in COMMANDS)] == []
    for start, path in ELSEWHERE.items():
        if start.startswith("sipdomain ") and path != "tests/docs/test_package.py":
            assert f'"{start.split()[1]}"' in (ROOT / path).read_text("utf-8")


def test_there_is_no_command_that_nobody_knows() -> None:
    assert [command for _, command in HERE if not command.startswith(("sipdomain ", "flask "))] == []
    assert len(SERVED) > 8
    assert len(FLASK) == 2


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that has what pages speak of: some scenarios, a configuration, and what users write."""
    for each in ("gather", "phones"):
        shutil.copytree(ROOT / "scenarios" / each, tmp_path / "scenarios" / each)
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    how_to = ROOT / "docs" / "how-to"
    [domains] = blocks((how_to / "configure-domains-in-yaml.md").read_text("utf-8"), "yaml configuration")
    (tmp_path / "domains.yaml").write_text(domains)
    greeting, *_ = blocks((how_to / "write-a-scenario.md").read_text("utf-8"), "yaml scenario")
    (tmp_path / "greeting.scenario.yaml").write_text(greeting)
    for each in (".local/share/bash-completion/completions", ".config/fish/completions"):
        (tmp_path / each).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", SERVED)
def test_what_is_served_gets_ready(command: str, folder: Path) -> None:
    """On ports that are free here, and on this machine only."""
    words = shlex.split(command.removesuffix("…"))[1:]
    for flag in ("--sip", "--http"):
        if flag in words:
            del words[words.index(flag) : words.index(flag) + 2]
    for flag in ("--dns", "--proxy"):
        if flag in words:
            words[words.index(flag) + 1] = FREE
    program = Program(*words, "--sip", FREE, "--http", FREE, "--no-speech")
    try:
        assert program.stdout is not None
        readable, _, _ = select.select([program.stdout], [], [], PATIENCE)
        assert readable
        assert program.stdout.readline().startswith("ready sip=")
        program.send_signal(signal.SIGTERM)
        assert program.wait(PATIENCE) == 0
    finally:
        program.close()


@pytest.mark.parametrize("page", PLAYED, ids=lambda page: page.stem)
def test_what_else_a_page_shows_ends_well(page: Path, folder: Path) -> None:
    """In the order of the page: what one command writes another one reads."""
    for _, command in [each for each in HERE if each[0] == page and each[1] not in SERVED]:
        words, _, output = command.partition(" > ")
        done = ended(*shlex.split(words)[1:], folder=folder)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        assert done.stdout or not output


@pytest.mark.parametrize("command", FLASK)
def test_the_webhook_application_is_started(command: str, folder: Path) -> None:
    (folder / "my-twiml").mkdir()
    words = [*shlex.split(command), "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", *words], cwd=folder, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        said = ""
        while re.search(r"Running on http://127\.0\.0\.1:\d+", said) is None:
            line = process.stdout.readline()
            assert line, said
            said += line
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
