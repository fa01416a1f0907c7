"""The fewest and narrowest faults that still break something."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sipdomain.scenario.chaos.injection import Injection
from sipdomain.scenario.chaos.minimise import MOST_TRIES, Faults, minimised


def drop(number: int, since: float = 0.0, until: float = 8.0, **more: Any) -> Injection:
    return Injection("faults", "drop", {"of": [str(number)], "since": since, "until": until, **more})


def numbers(faults: Faults) -> set[int]:
    return {int(each.values["of"][0]) for each in faults}


def test_what_does_not_matter_is_left_out() -> None:
    found = minimised([drop(each) for each in (1, 2, 3, 4)], lambda faults: {2, 4} <= numbers(faults))
    assert numbers(found) == {2, 4}


def test_a_window_is_cut_down_to_what_happens_in_it_and_an_amount_is_halved() -> None:
    def breaks(faults: Faults) -> bool:
        (only,) = faults
        return bool(only.values["since"] <= 2.9 < only.values["until"] and only.values["by"] >= 0.9)

    (found,) = minimised([drop(1, by=4.0, copies=3)], breaks)
    assert found.values == {"of": ["1"], "since": 2.75, "until": 3.0, "by": 1.0, "copies": 1}


def test_one_fault_without_a_window_is_simpler_than_two() -> None:
    late = Injection("faults", "delay", {"of": ["INVITE"], "by": 1.0, "since": 0.0, "until": 1.0})
    twice = Injection("webhook_faults", "double", {"of": ["callbacks"], "since": 3.0, "until": 3.2})

    def breaks(faults: Faults) -> bool:
        return (
            any(each.word == "double" and "since" not in each.values for each in faults) or len(faults) == 2
        )

    assert minimised([late, twice], breaks) == (Injection("webhook_faults", "double", {"of": ["callbacks"]}),)


@given(st.sets(st.integers(0, 5), min_size=1), st.sets(st.integers(0, 5)))
def test_none_of_what_is_left_can_be_left_out(needed: set[int], others: set[int]) -> None:
    tries = 0

    def breaks(faults: Faults) -> bool:
        nonlocal tries
        tries += 1
        return needed <= numbers(faults)

    found = minimised([drop(each, until=math.inf) for each in sorted(needed | others)], breaks)
    assert numbers(found) == needed
    assert tries <= MOST_TRIES


@given(st.integers(1, 4), st.floats(0.0, 0.5), st.integers(0, 1_000_000))
def test_whatever_breaks_it_is_kept_and_without_any_one_of_that_it_passes(
    count: int, often: float, seed: int
) -> None:
    def draw(number: int) -> Injection:
        return drop(number) if number % 2 else Injection("faults", "delay", {"of": [str(number)], "by": 2.0})

    planted = tuple(map(draw, range(count)))

    def breaks(faults: Faults) -> bool:
        return faults == planted or random.Random(f"{seed} {faults}").random() < often

    found = minimised(planted, breaks)
    assert found
    assert breaks(found)
    assert not any(
        breaks(found[:number] + found[number + 1 :]) for number in range(len(found)) if len(found) > 1
    )


@pytest.mark.parametrize("halves", range(1, 60))
def test_what_becomes_needless_by_a_last_cut_is_left_out_though_the_tries_are_used_up(halves: int) -> None:
    whole = 2.0**90

    def breaks(faults: Faults) -> bool:
        windows = {int(each.values["of"][0]): each.values["until"] for each in faults}
        return 1 in windows and (2 in windows or windows[1] <= whole / 2.0**halves)

    found = minimised([drop(1, until=whole), drop(2, until=whole), drop(3)], breaks)
    assert breaks(found)
    assert len(found) == 1 or not breaks(found[:1])
