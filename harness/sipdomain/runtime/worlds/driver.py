"""Drives a script in real time: it waits for what the script waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from sipdomain.journal import Journal
from sipdomain.runtime.worlds.world import Script, T, Until

POLL: Final = 0.02
"""How often a condition is asked that no journal entry announces, in seconds."""


async def drive(script: Script[T], journal: Journal, now: Callable[[], float]) -> T:
    """Run a script to its end, and return its result; what it raises comes through.

    Args:
        script: Yields what it waits for.
        journal: Whose entries are a reason to look again at once.
        now: The moment, in seconds.
    """
    try:
        until = next(script)
        while True:
            until = script.send(await _wait(until, journal, now))
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]


async def _wait(until: Until, journal: Journal, now: Callable[[], float]) -> bool:
    limit = now() + until.within
    changed = asyncio.Event()
    stop_listening = journal.listen(lambda _: changed.set())
    try:
        while not until.condition():
            left = limit - now()
            if left <= 0:
                return False
            changed.clear()
            try:
                async with asyncio.timeout(min(POLL, left)):
                    await changed.wait()
            except TimeoutError:
                # On a busy machine timers are late: what came meanwhile is read before nothing counts as having come.
                await asyncio.sleep(0)
    finally:
        stop_listening()
    return True
