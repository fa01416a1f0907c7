"""Plays the live scenario of the next test while that of this one waits: most of a call is silence and real time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Generic, TypeVar

import pytest

T = TypeVar("T")

FOLLOWING: Final = pytest.StashKey[pytest.Item | None]()
"""In pytest's configuration: the test that follows in this process."""
PATIENCE: Final = 55.0
"""How long a play is waited for, in seconds: less than a test may take."""


class Ahead(Generic[T]):
    """Plays that were begun before they are wanted, each in a thread of its own: at most the present one and the next."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2, "ahead")
        self._begun: dict[str, Future[T]] = {}

    def play(self, name: str, play: Callable[[], T], following: Mapping[str, Callable[[], T]]) -> T:
        """Begin what follows, by name, and return what this play gave, which may have begun before."""
        begun = self._begun.get(name)
        self._begun = {key: self._threads.submit(each) for key, each in following.items()}
        return play() if begun is None else begun.result(PATIENCE)
