"""The fewest and narrowest faults that still break a scenario: found by leaving out and halving, without chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sipdomain.scenario.chaos.injection import Injection

MOST_TRIES: Final = 100
"""How often a scenario is played to minimise what breaks it."""
AMOUNTS: Final = ("by", "spread", "within", "headers", "body")
"""Keys whose value, in seconds, is halved."""
NARROWEST: Final = 0.25
"""No stretch of time is made shorter than so many seconds, nor an amount smaller."""

Faults = tuple[Injection, ...]


def minimised(faults: Sequence[Injection], breaks: Callable[[Faults], bool]) -> Faults:
    """Return what is left of faults when nothing more can be left out or made smaller.

    Args:
        faults: Faults that break a scenario together.
        breaks: Whether some of them do.

    Returns:
        As many of them, in their order, of which none can be left out, unless `MOST_TRIES` was reached.
    """
    left, tried = tuple(faults), list[Faults]()
    while True:
        for candidate in _smaller(left):
            if candidate in tried:
                continue
            if len(tried) == MOST_TRIES:
                return left
            tried.append(candidate)
            if breaks(candidate):
                left = candidate
                break
        else:
            return left


def _smaller(faults: Faults) -> Iterator[Faults]:
    """Yield what is smaller than some faults by one cut, the largest cuts first."""
    half = len(faults) // 2
    if len(faults) > 1:
        # One alone may do, did it not depend on the others for coming at the right time.
        yield from ((_at_any_time(each),) for each in faults if (each.place, each.word) != ("faults", "drop"))
    if half > 1:
        yield faults[:half]
        yield faults[half:]
    if len(faults) > 1:
        yield from (faults[:number] + faults[number + 1 :] for number in range(len(faults)))
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
