"""What tests of several files share: packages of Node, installed once a run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.once import once_a_run

PACKAGES = Path(__file__).parents[2] / "fixtures" / "node"


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files of `fixtures/node` and what they need."""
    return once_a_run(tmp_path_factory, "node", install)


def install(folder: Path) -> None:
    """Copy the files and let npm fetch what they need."""
    shutil.copytree(PACKAGES, folder, dirs_exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    command = ["npm", "install", "--no-fund", "--no-audit", "--silent", "--no-package-lock"]
    subprocess.run(command, cwd=folder, env=environment, timeout=150, check=True)


@pytest.fixture(autouse=True)
def _hangups_as_usual() -> Iterator[None]:
    """Let the programs that a test starts take SIGHUP as usual, though the test run itself may ignore it (nohup)."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)
