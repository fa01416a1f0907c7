"""Long work as a generator that may be put off wherever it yields, so that it holds nothing else up."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")
Steps = Generator[None, None, T]


def drained(steps: Generator[object, None, T]) -> T:
    """Return what a generator returns, without a pause."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            found: T = stop.value
            return found
