"""Long work on the event loop in slices, so that audio and calls never wait long for it.

Not in a thread: each packet that the loop sends lets go of the interpreter, and a thread that computes would take it for
a millisecond, a hundred times in each beat of a hundred calls.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator, Iterator
from time import perf_counter
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")

SLICE: Final = 0.002
"""How long work goes on before the loop gets its turn, in seconds; a single step may take longer."""
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


async def in_slices(steps: Generator[None, None, T]) -> T:
    """Return what a generator returns; it may be put off wherever it yields."""
    while True:
        async with _turn():
            until = perf_counter() + SLICE
            while perf_counter() < until:
                try:
                    next(steps)
                except StopIteration as stop:
                    value: T = stop.value
                    return value
            await asyncio.sleep(0)


async def joined(pieces: Iterator[str]) -> AsyncIterator[str]:
    """Yield a text made of small pieces, all that came of one slice at a time."""
    is_over = False
    while not is_over:
        made: list[str] = []
        async with _turn():
            until = perf_counter() + SLICE
            while perf_counter() < until:
                piece = next(pieces, None)
                if piece is None:
                    is_over = True
                    break
                made.append(piece)
            await asyncio.sleep(0)
        yield "".join(made)


def _turn() -> asyncio.Lock:
    """Return what lets one slice run in each turn of the loop: ten readers at once would take ten."""
    loop = asyncio.get_running_loop()
    turn = _turns.get(loop)
    if turn is None:
        turn = _turns[loop] = asyncio.Lock()
    return turn
