"""The event loop: uvloop where it is installed, asyncio's own elsewhere; its time is the clock of all the runtime."""

from __future__ import annotations

import asyncio
import time


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return a new event loop, whose time is `time.monotonic()`."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()

    class Loop(uvloop.Loop):  # type: ignore[misc]
        """Its own time is rounded to milliseconds."""

        def time(self) -> float:
            return time.monotonic()

    return Loop()
