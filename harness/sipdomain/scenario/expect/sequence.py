"""Several things that came one after another in one channel, whatever came between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from sipdomain.scenario.expect.finding import Finding, Standing, listed

W = TypeVar("W")
S = TypeVar("S")


def in_order(
    field: str, wanted: Sequence[W], seen: Sequence[S], is_it: Callable[[W, S], bool], near: tuple[str, ...]
) -> Finding:
    """Expect things in an order; what comes later can only add to it, so that once met it is met for good.

    Args:
        field: The key.
        wanted: What is expected, in order.
        seen: What came, in order.
        is_it: Whether something that came is the one wanted.
        near: What helps to see.
    """
    place = 0
    for number, each in enumerate(wanted):
        after = next((at for at in range(place, len(seen)) if is_it(each, seen[at])), None)
        if after is None:
            behind = f" after {wanted[number - 1]}" if number else ""
            got = f"item {number + 1} of {len(wanted)}, {each}, did not come{behind}"
            if any(is_it(each, other) for other in seen[:place]):
                got += "; it came before"
            return Finding(Standing.OPEN, field, listed(wanted), got, near)
        place = after + 1
    return Finding(Standing.MET, field, listed(wanted), listed(wanted))
