"""A beat for all media: every 20 ms, without drift, and only while somebody needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

_MOST_LATE: Final = 5
"""Beats that are made up for when the loop was busy; beats that are later are skipped, and counted."""


class Ticker:
    """Calls an action at a steady pace between `start` and `stop`.

    Attributes:
        skipped: How many seconds of beats were skipped in all.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, interval: float, action: Callable[[int], None]
    ) -> None:
        """Begin stopped.

        Args:
            loop: The event loop.
            interval: Seconds between two calls.
            action: What is called, with the number of beats that were skipped just before.
        """
        self._loop = loop
        self._interval = interval
        self._action = action
        self.skipped = 0.0
        self._next_at = 0.0
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Beat; harmless when it does."""
        if self._handle is None:
            self._next_at = self._loop.time() + self._interval
            self._handle = self._loop.call_at(self._next_at, self._beat)

    def stop(self) -> None:
        """Beat no more; harmless when it does not."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _beat(self) -> None:
        late = self._loop.time() - self._next_at
        skipped = int(late // self._interval) if late > _MOST_LATE * self._interval else 0
        self.skipped += skipped * self._interval
        self._next_at += skipped * self._interval
        self._next_at += self._interval
        self._handle = self._loop.call_at(self._next_at, self._beat)
        self._action(skipped)
