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
    # Its own time is rounded to milliseconds.
    loop: asyncio.AbstractEventLoop = type("Loop", (uvloop.Loop,), {"time": staticmethod(time.monotonic)})()
    return loop
