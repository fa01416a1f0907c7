"""What each fault of webhooks does to a request, and that nothing but its arguments decides it."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sipdomain.faults.webhooks import (
    PURPOSES,
    WEBHOOK_FAULTS,
    Double,
    Fail,
    Lose,
    Shuffle,
    Slow,
    Status,
    Treatment,
    Type,
    WebhookFault,
    treatments,
)

ALL: list[WebhookFault] = [
    Double(copies=2),
    Shuffle(),
    Slow(headers=1.0, body=2.0),
    Status(code=500),
    Fail(by="cut"),
    Lose(),
    Type(),
]


LOST: Any = "lost"


def rng() -> random.Random:
    return random.Random(7)


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        (Double(copies=2, within=0.0), [Treatment(), Treatment(), Treatment()]),
        (Shuffle(within=0.0), [Treatment()]),
        (Slow(headers=1.0, body=2.0), [Treatment(headers=1.0, body=2.0)]),
        (Status(code=502), [Treatment(status=502)]),
        (Fail(by="cut"), [Treatment(ending="cut")]),
        (Lose(), [Treatment(status=204)]),
        (Type(name=""), [Treatment(content_type="")]),
    ],
)
def test_what_becomes_of_a_callback(fault: WebhookFault, found: list[Treatment]) -> None:
    assert treatments([fault], "status", 0.0, rng()) == found


def test_callbacks_alone_come_twice_or_in_another_order_unless_it_is_said() -> None:
    assert treatments([Double(), Shuffle()], "voice", 0.0, rng()) == [Treatment()]
    assert len(treatments([Double(of=frozenset({"documents"}))], "action", 0.0, rng())) == 2


def test_each_copy_is_held_up_by_itself() -> None:
    found = treatments([Double(copies=3, within=0.0), Shuffle(within=5.0)], "recording", 0.0, rng())
    assert len({each.late for each in found}) == 4
    assert all(0.0 <= each.late <= 5.0 for each in found)


def test_a_fault_has_a_window_a_chance_and_purposes() -> None:
    late = Slow(headers=1.0, since=2.0, until=3.0, of=frozenset({"voice"}))
    at = {now: treatments([late], "voice", now, rng())[0].headers for now in (1.9, 2.0, 2.9, 3.0)}
    assert at == {1.9: 0.0, 2.0: 1.0, 2.9: 1.0, 3.0: 0.0}
    assert treatments([late], "action", 2.5, rng()) == [Treatment()]
    seldom, drawn = Status(chance=0.25), rng()
    assert 200 < sum(treatments([seldom], "voice", 0.0, drawn)[0].status > 0 for _ in range(1000)) < 300


@pytest.mark.parametrize(
    ("made", "error"),
    [
        (lambda: Double(copies=0), "`copies` must be from 1 to 10, not 0"),
        (lambda: Shuffle(within=61.0), "`within` must be from 0 to 60, not 61"),
        (lambda: Slow(body=301.0), "`body` must be from 0 to 300, not 301"),
        (lambda: Status(code=200), "`code` must be from 400 to 599, not 200"),
        (
            lambda: Fail(by=LOST),
            "`by` must be one of refused, silent, reset, cut, short, garbage, not lost",
        ),
        (lambda: Fail(of=frozenset({"vioce"})), "`vioce` is not what a webhook is for"),
        (lambda: Fail(since=2.0, until=1.0), "`since` must not be below 0"),
    ],
)
def test_values_out_of_range_are_refused(made: object, error: str) -> None:
    assert callable(made)
    with pytest.raises(ValueError, match=error):
        made()


@given(st.integers(0, 1000), st.sampled_from(sorted(PURPOSES)), st.floats(0.0, 100.0), st.permutations(ALL))
def test_the_same_arguments_give_the_same_and_never_nothing(
    seed: int, purpose: str, now: float, faults: list[WebhookFault]
) -> None:
    found = treatments(faults, purpose, now, random.Random(seed))
    assert found == treatments(faults, purpose, now, random.Random(seed))
    assert len(found) in {1, 3}
    assert {type(each) for each in ALL} == set(WEBHOOK_FAULTS.values())
