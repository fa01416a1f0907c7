"""Over a bad line each call ends, is taken once, and leaves nothing behind; `chaos` plays more seeds by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from sipdomain.faults import Drop
from tests.properties.chaos import lines, play

CHUNK = 50


@pytest.mark.parametrize("first", range(0, 200, CHUNK))
def test_under_loss_doubling_and_reordering_each_call_ends_as_it_should(first: int) -> None:
    outcomes = {seed: play(seed, lines(seed)["bad"]) for seed in range(first, first + CHUNK)}
    assert {seed: outcome.problems for seed, outcome in outcomes.items() if outcome.problems} == {}
    ends = sum((outcome.ends for outcome in outcomes.values()), Counter[str]())
    assert ends["ended 200 them"] > ends.total() / 5


@pytest.mark.parametrize("line", ["worse", "dead", "broken", "deaf"])
def test_on_a_line_that_spoils_or_stops_nothing_is_left_behind(line: str) -> None:
    outcomes = {seed: play(seed, lines(seed)[line]) for seed in range(40)}
    assert {seed: outcome.problems for seed, outcome in outcomes.items() if outcome.problems} == {}


def test_a_seed_repeats_itself() -> None:
    assert play(3) == play(3)


def test_on_a_line_that_carries_nothing_calls_fail_by_their_timer() -> None:
    outcome = play(1, (Drop(),))
    assert outcome.problems == []
    assert set(outcome.ends) <= {"failed 0", "ended 0 us"}
