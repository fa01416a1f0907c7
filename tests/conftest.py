"""How many processes `pytest -n auto` plays the tests in, and in which order each of them."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest

WAITING: Final = Path(__file__).parent / "integration"
"""Tests of real sockets and real audio."""


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Take half as many again as there are cores: tests of real sockets and real audio wait most of their time."""
    found = yield
    return found if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else found + found // 2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have the tests that wait and those that compute run beside each other: all of one kind at a time waste the machine.

    Each process begins with an equal share of the tests. The first one begins with what waits, the last one ends with it.
    """
    count: int = getattr(config, "workerinput", {}).get("workercount", 1)
    waiting = [each for each in items if WAITING in each.path.parents]
    if count < 2 or not waiting:
        return
    busy = [each for each in items if WAITING not in each.path.parents]
    items[:] = []
    for number in range(count):
        before = busy[len(busy) * number // count : len(busy) * (number + 1) // count]
        middle = len(before) * number // (count - 1)
        items += before[:middle]
        items += waiting[len(waiting) * number // count : len(waiting) * (number + 1) // count]
        items += before[middle:]
