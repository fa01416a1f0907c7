"""How many processes `pytest -n auto` plays the tests in, and in which order each of them."""

from __future__ import annotations

import atexit
import os
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest

WAITING: Final = Path(__file__).parent / "integration"
"""Tests of real sockets and real audio."""
PLAY: Final = "test_a_scenario_passes_live_with_the_ladder_of_virtual_time"
"""The longest of them: each process has its part."""
SCENARIOS: Final = WAITING / "test_scenarios.py"
"""Its tests share what a scenario did in virtual time: those of a file stand together, where it is played live."""


def pytest_configure(config: pytest.Config) -> None:
    """Have what programs remember between runs kept for this run only, but for what was compiled."""
    _keep_bytecode(config)
    folder = tempfile.TemporaryDirectory(prefix="sipdomain-tests-")
    os.environ["XDG_STATE_HOME"] = folder.name
    # The processes of xdist end without the clean-up of their configuration.
    atexit.register(folder.cleanup)


def _keep_bytecode(config: pytest.Config) -> None:
    """Keep bytecode in the cache of pytest where none is to be written beside the sources.

    Else each of many hundred processes would compile all of it for itself.
    """
    cache = getattr(config, "cache", None)  # none with `-p no:cacheprovider`
    if sys.dont_write_bytecode and cache is not None:
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(cache.mkdir("bytecode"))
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        sys.dont_write_bytecode = False


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Take twice as many as there are cores: tests of real sockets and real audio wait most of their time."""
    found = yield
    return found if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else 2 * found


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have the tests that wait and those that compute run beside each other: all of one kind at a time waste the machine.

    Each process begins with an equal share of the tests. The first one begins with what waits, the last one ends with it.
    """
    count: int = getattr(config, "workerinput", {}).get("workercount", 1)
    kinds: dict[str, list[pytest.Item]] = {"busy": [], "waiting": [], "shared": [], "plays": []}
    for each in items:
        kinds[_kind(each)].append(each)
    if count < 2 or not kinds["waiting"] + kinds["plays"]:
        return
    kinds["shared"].sort(key=_scenario)
    items[:] = []
    for number in range(count):
        busy, waiting, shared, plays = (_share(each, number, count) for each in kinds.values())
        middle = len(busy) * number // (count - 1)
        items += [*busy[:middle], *waiting, *shared, *plays, *busy[middle:]]


def _kind(item: pytest.Item) -> str:
    if getattr(item, "originalname", "") == PLAY:
        return "plays"
    if item.path == SCENARIOS and _scenario(item):
        return "shared"
    return "waiting" if WAITING in item.path.parents else "busy"


def _scenario(item: pytest.Item) -> str:
    """Return the file of the scenario that a test is about, or "" for none."""
    return str(item.callspec.params.get("path", "")) if hasattr(item, "callspec") else ""


def _share(items: list[pytest.Item], number: int, count: int) -> list[pytest.Item]:
    """Return one of so many equal shares."""
    return items[len(items) * number // count : len(items) * (number + 1) // count]
