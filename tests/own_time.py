"""An event loop whose time stands still while the machine does something else.

Where both sides of a conversation run on one loop, its time is all they know: a busy machine cannot part them.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):
    """Counts how long it was asked to wait, and did.

    Attributes:
        waited: In seconds.
    """

    def __init__(self) -> None:
        super().__init__()
        self.waited = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        began_at = time.monotonic()
        found: list[tuple[selectors.SelectorKey, int]] = super().select(timeout)
        took = time.monotonic() - began_at
        self.waited += took if timeout is None else min(took, max(0.0, timeout))
        return found


class OwnTimeLoop(asyncio.SelectorEventLoop):
    """Its time is what its thread has computed and was asked to wait, and not how long the machine let it wait."""

    def __init__(self) -> None:
        self._waits = _Selector()
        self._begun_at = time.monotonic() - time.thread_time()
        super().__init__(self._waits)

    def time(self) -> float:
        return self._begun_at + self._waits.waited + time.thread_time()


def run(test: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a test on such a loop."""
    with asyncio.Runner(loop_factory=OwnTimeLoop) as runner:
        return runner.run(test())
