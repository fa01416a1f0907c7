"""Finds the highest rate that still goes clean, with few and short trials."""

from __future__ import annotations

from collections.abc import Callable

GROWTH = 1.4
CLOSE_ENOUGH = 0.06
STEP_BACK = 0.94
MOST_TRIALS = 20


def highest_rate(
    is_clean: Callable[[int, float], bool], *, start: int, most: int, probe: float, confirm: float,
    close_enough: float = CLOSE_ENOUGH,
) -> int:  # fmt: skip
    """Return the highest rate that was clean for `confirm` seconds, or 0 when none was.

    Grows from `start` until a probe fails, halves the gap, then confirms by a longer trial, stepping
    back 6 % each time that one fails. At most 20 trials are made.

    Args:
        is_clean: Tries a rate for so many seconds.
        start: The first rate tried.
        most: The highest rate tried.
        probe: Seconds of a short trial.
        confirm: Seconds of a long one.
        close_enough: The gap between a clean and a failed rate that is not halved any more, as a share.
    """
    trials = 0

    def clean(rate: int, seconds: float) -> bool:
        nonlocal trials
        trials += 1
        return trials <= MOST_TRIALS and is_clean(rate, seconds)

    good, bad, rate = 0, most + 1, min(start, most)
    while good < most and bad - good > max(1, close_enough * bad) and trials < MOST_TRIALS:
        if clean(rate, probe):
            good = rate
            rate = min(most, round(rate * GROWTH)) if bad > most else (good + bad) // 2
        else:
            bad = rate
            rate = (good + bad) // 2 if good else max(1, round(rate / GROWTH / GROWTH))
    while good > 0 and trials < MOST_TRIALS:
        if clean(good, confirm):
            return good
        good = int(good * STEP_BACK)
    return 0
