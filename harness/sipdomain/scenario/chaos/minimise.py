"""The fewest and narrowest faults that still break a scenario: found by leaving out and halving, without chance."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sipdomain.scenario.chaos.injection import Injection

MOST_TRIES: Final = 100
"""How often a scenario is played at most before what breaks it is no more made smaller; it still loses what it can."""
AMOUNTS: Final = ("by", "spread", "within", "headers", "body")
"""Keys whose value, in seconds, is halved."""
NARROWEST: Final = 0.25
"""No stretch of time is made shorter than so many seconds, nor an amount smaller."""

Faults = tuple[Injection, ...]


def minimised(faults: Sequence[Injection], breaks: Callable[[Faults], bool]) -> Faults:
    """Return what is left of faults when nothing more can be left out or made smaller.

    Args:
        faults: Faults that break a scenario together.
        breaks: Whether some of them do: the same every time for the same ones.

    Returns:
        As many of them, in their order, of which none can be left out; nor made smaller, unless `MOST_TRIES` was reached.
    """
    tried: list[Faults] = []

    def first(candidates: Iterator[Faults], most: float = math.inf) -> Faults | None:
        for candidate in candidates:
            if candidate in tried:
                continue
            if len(tried) >= most:
                return None
            tried.append(candidate)
            if breaks(candidate):
                return candidate
        return None

    left = tuple(faults)
    while smaller := first(_fewer(left)) or first(_smaller(left), MOST_TRIES):
        left = smaller
    return left


def _fewer(faults: Faults) -> Iterator[Faults]:
    """Yield some of the faults, the fewest first."""
    if len(faults) == 1:
        return
    # One alone may do, did it not depend on the others for coming at the right time.
    yield from ((_at_any_time(each),) for each in faults if (each.place, each.word) != ("faults", "drop"))
    half = len(faults) // 2
    if half > 1:
        yield faults[:half]
        yield faults[half:]
    yield from (faults[:number] + faults[number + 1 :] for number in range(len(faults)))


def _smaller(faults: Faults) -> Iterator[Faults]:
    """Yield the faults with one made smaller."""
    for number, fault in enumerate(faults):
        for less in _narrower(fault):
            yield (*faults[:number], less, *faults[number + 1 :])


def _narrower(fault: Injection) -> Iterator[Injection]:
    values = fault.values
    if values.get("copies", 1) > 1:
        yield _with(fault, copies=1)
    if "since" in values and "until" in values:
        since, until = values["since"], values["until"]
        middle = round((since + until) / 2, 3)
        if until - since >= 2 * NARROWEST:
            yield _with(fault, until=middle)
            yield _with(fault, since=middle)
    for key in AMOUNTS:
        if values.get(key, 0.0) >= 2 * NARROWEST:
            yield _with(fault, **{key: round(values[key] / 2, 3)})


def _at_any_time(fault: Injection) -> Injection:
    values = {key: value for key, value in fault.values.items() if key not in {"since", "until"}}
    return Injection(fault.place, fault.word, values)


def _with(fault: Injection, **values: float) -> Injection:
    return Injection(fault.place, fault.word, {**fault.values, **values})
