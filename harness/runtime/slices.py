"""Long work on the event loop in slices, so that audio and calls never wait long for it.

Not in a thread: each packet that the loop sends lets go of the interpreter, and a thread that computes would take it for
a millisecond, a hundred times in each beat of a hundred calls.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator, Iterator
from time import perf_counter
from typing import Final, TypeVar

T = TypeVar("T")

SLICE: Final = 0.002
"""How long work goes on before the loop gets its turn, in seconds; a single step may take longer."""


async def in_slices(steps: Generator[None, None, T]) -> T:
    """Return what a generator returns; it may be put off wherever it yields."""
    until = perf_counter() + SLICE
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            value: T = stop.value
            return value
        if perf_counter() >= until:
            await asyncio.sleep(0)
            until = perf_counter() + SLICE


async def joined(pieces: Iterator[str]) -> AsyncIterator[str]:
    """Yield a text made of small pieces, all that came of one slice at a time."""
    made: list[str] = []
    until = perf_counter() + SLICE
    for piece in pieces:
        made.append(piece)
        if perf_counter() >= until:
            yield "".join(made)
            made.clear()
            await asyncio.sleep(0)
            until = perf_counter() + SLICE
    yield "".join(made)
