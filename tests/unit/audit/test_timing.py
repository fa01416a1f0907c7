"""The rank test by which times are compared."""

from __future__ import annotations

import random

import pytest

from sipdomain.audit.probes.timing import HIGHEST_P, LEAST_EFFECT, SAMPLES, rank_test


@pytest.mark.parametrize(
    ("one", "other", "effect"),
    [
        ([1.0, 2.0], [3.0, 4.0], 0.0),
        ([3.0, 4.0], [1.0, 2.0], 1.0),
        ([1.0, 1.0], [1.0, 1.0], 0.5),
        ([1.0, 3.0], [2.0, 4.0], 0.25),
    ],
)
def test_the_effect_is_the_chance_that_one_is_greater(
    one: list[float], other: list[float], effect: float
) -> None:
    assert rank_test(one, other)[0] == effect


def test_of_equal_kinds_one_in_twenty_has_a_p_below_a_twentieth() -> None:
    rng = random.Random(1)
    small = sum(
        rank_test([rng.random() for _ in range(40)], [rng.random() for _ in range(40)])[1] < 0.05
        for _ in range(1_000)
    )
    assert 30 <= small <= 70


def test_a_difference_is_seen() -> None:
    rng = random.Random(7)
    slow = [rng.gauss(1.1, 0.1) for _ in range(100)]
    effect, p = rank_test(slow, [rng.gauss(1.0, 0.1) for _ in range(100)])
    assert effect > 0.7
    assert p < 0.001


def test_an_effect_of_80_in_100_is_seen_in_98_of_100_runs() -> None:
    rng = random.Random(3)
    seen = 0
    for _ in range(200):
        # Two normal distributions 1.19 standard deviations apart: one exceeds the other in 80 of 100 pairs.
        slow = [rng.gauss(1.19, 1.0) for _ in range(SAMPLES)]
        effect, p = rank_test(slow, [rng.gauss(0.0, 1.0) for _ in range(SAMPLES)])
        seen += effect >= LEAST_EFFECT and p <= HIGHEST_P
    assert seen >= 196
