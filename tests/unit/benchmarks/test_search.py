from __future__ import annotations

import pytest

from tests.benchmarks.search import MOST_TRIALS, highest_rate


@pytest.mark.parametrize("limit", [7, 90, 210, 433, 999])
def test_the_search_comes_close_to_the_limit_from_below(limit: int) -> None:
    found = highest_rate(lambda rate, _: rate <= limit, start=200, most=1000, probe=4, confirm=12)
    assert 0.87 * limit - 1 <= found <= limit


def test_nothing_clean_is_zero() -> None:
    assert highest_rate(lambda *_: False, start=200, most=1000, probe=4, confirm=12) == 0


def test_what_only_short_trials_stand_is_stepped_back() -> None:
    found = highest_rate(
        lambda rate, seconds: rate <= (400 if seconds < 10 else 350),
        start=200,
        most=1000,
        probe=4,
        confirm=12,
    )
    assert 320 <= found <= 350


def test_the_most_is_not_exceeded() -> None:
    tried: list[int] = []

    def always(rate: int, _: float) -> bool:
        tried.append(rate)
        return True

    assert highest_rate(always, start=900, most=1000, probe=4, confirm=12) == 1000
    assert max(tried) == 1000


def test_trials_are_bounded() -> None:
    tried: list[float] = []

    def never_long(rate: int, seconds: float) -> bool:
        tried.append(seconds)
        return seconds < 10

    assert highest_rate(never_long, start=1, most=100_000, probe=4, confirm=12) == 0
    assert len(tried) <= MOST_TRIALS
