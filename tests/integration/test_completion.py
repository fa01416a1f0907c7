"""Completion, as bash carries it out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.program import ended

LINE = """\
eval "$(sipdomain completion bash)"
COMP_WORDS=(%s)
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_sipdomain_completion sipdomain
printf '%%s\\n' "${COMPREPLY[@]}"
"""


def completed(folder: Path, *words: str) -> list[str]:
    """Return what bash offers for the last word of a line."""
    quoted = " ".join(f"'{word}'" for word in ("sipdomain", *words))
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "--norc", "-c", LINE % quoted], cwd=folder, env=environment, capture_output=True, text=True,
        timeout=50, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["ex"], ["explain"]),
        (["run", "--shuf"], ["--shuffle", "--shuffle-seed"]),
        (["run", "--net", ""], ["live", "sim"]),
        (["run", "--profile", "o"], ["observed"]),
    ],
    ids=["a-command", "an-option", "its-values", "the-rest-of-a-value"],
)
def test_bash_completes(tmp_path: Path, words: list[str], offered: list[str]) -> None:
    assert completed(tmp_path, *words) == offered
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_of_its_own(shell: str) -> None:
    done = ended("completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"complete_{shell}" in done.stdout
    assert "_SIPDOMAIN_COMPLETE" in done.stdout
