"""How long a test waits for what has to come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

PATIENCE: Final = 60.0
"""In seconds. Only a test that fails waits so long: shorter waits fail by chance where many things run on few cores."""


async def until(condition: Callable[[], object]) -> None:
    """Let the event loop run until something is so, or fail when patience is at its end."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - a socket reports nothing to the test
            await asyncio.sleep(0.005)
