"""How many processes `pytest -n auto` plays the tests in, and in which order each of them."""

from __future__ import annotations

import atexit
import os
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest

WAITING: Final = Path(__file__).parent / "integration"
"""Tests of real sockets and real audio."""
PLAY: Final = "test_a_scenario_passes_live_with_the_ladder_of_virtual_time"
"""The longest of them: each process has its part."""


def pytest_configure() -> None:
    """Have what programs remember between runs kept for this run only."""
    folder = tempfile.TemporaryDirectory(prefix="sipdomain-tests-")
    os.environ["XDG_STATE_HOME"] = folder.name
    # The processes of xdist end without the clean-up of their configuration.
    atexit.register(folder.cleanup)


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
    kinds: dict[str, list[pytest.Item]] = {"busy": [], "waiting": [], "plays": []}
    for each in items:
        is_play = getattr(each, "originalname", "") == PLAY
        kinds["plays" if is_play else "waiting" if WAITING in each.path.parents else "busy"].append(each)
    if count < 2 or not kinds["waiting"] + kinds["plays"]:
        return
    items[:] = []
    for number in range(count):
        busy, waiting, plays = (_share(kinds[kind], number, count) for kind in ("busy", "waiting", "plays"))
        middle = len(busy) * number // (count - 1)
        items += [*busy[:middle], *waiting, *plays, *busy[middle:]]


def _share(items: list[pytest.Item], number: int, count: int) -> list[pytest.Item]:
    """Return one of so many equal shares."""
    return items[len(items) * number // count : len(items) * (number + 1) // count]
