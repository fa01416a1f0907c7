"""The two things that the rest of the program asks of time: what it is, and to be called later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol


class Alarm(Protocol):
    """Something that will ring, and can be cancelled."""

    def cancel(self) -> None:
        """Do not ring; harmless when it has."""


class Clock(Protocol):
    """A monotonic clock in seconds; real, or virtual in sim."""

    def now(self) -> float:
        """Return the moment."""
        ...

    def call_at(self, at: float, action: Callable[[], None]) -> Alarm:
        """Call `action` at a moment; one that is past rings as soon as possible."""
        ...


class LiveClock:
    """Real time, on an event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def now(self) -> float:
        """Return the time of the event loop."""
        return self._loop.time()

    def call_at(self, at: float, action: Callable[[], None]) -> Alarm:
        """Call `action` on the loop."""
        return self._loop.call_later(max(0.0, at - self._loop.time()), action)
