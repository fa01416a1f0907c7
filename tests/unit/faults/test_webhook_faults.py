"""What each fault of webhooks does to a request, and that nothing but its arguments decides it."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sipdomain.faults.webhooks import (
    PURPOSES,
    WEBHOOK_FAULTS,
    Burst,
    Double,
    Fail,
    Lose,
    Shuffle,
    Slow,
    Status,
    Treatment,
    Type,
    WebhookChain,
    WebhookFault,
)

ALL: list[WebhookFault] = [
    Double(copies=2),
    Shuffle(),
    Slow(headers=1.0, body=2.0),
    Status(code=500),
    Burst(p=0.5, r=0.5),
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
        (Burst(p=1.0, r=0.0, code=500), [Treatment(status=500)]),
        (Burst(p=0.0, r=1.0), [Treatment()]),
        (Fail(by="cut"), [Treatment(ending="cut")]),
        (Lose(), [Treatment(status=204)]),
        (Type(name=""), [Treatment(content_type="")]),
    ],
)
def test_what_becomes_of_a_callback(fault: WebhookFault, found: list[Treatment]) -> None:
    assert WebhookChain((fault,)).decide("status", 0.0, rng()) == found


def test_callbacks_alone_come_twice_or_in_another_order_unless_it_is_said() -> None:
    assert WebhookChain(
        (
            Double(),
            Shuffle(),
        )
    ).decide("voice", 0.0, rng()) == [Treatment()]
    assert len(WebhookChain((Double(of=frozenset({"documents"})),)).decide("action", 0.0, rng())) == 2


def test_each_copy_is_held_up_by_itself() -> None:
    found = WebhookChain(
        (
            Double(copies=3, within=0.0),
            Shuffle(within=5.0),
        )
    ).decide("recording", 0.0, rng())
    assert len({each.late for each in found}) == 4
    assert all(0.0 <= each.late <= 5.0 for each in found)


def test_a_fault_has_a_window_a_chance_and_purposes() -> None:
    late = Slow(headers=1.0, since=2.0, until=3.0, of=frozenset({"voice"}))
    at = {now: WebhookChain((late,)).decide("voice", now, rng())[0].headers for now in (1.9, 2.0, 2.9, 3.0)}
    assert at == {1.9: 0.0, 2.0: 1.0, 2.9: 1.0, 3.0: 0.0}
    assert WebhookChain((late,)).decide("action", 2.5, rng()) == [Treatment()]
    seldom, drawn = Status(chance=0.25), rng()
    assert (
        200
        < sum(WebhookChain((seldom,)).decide("voice", 0.0, drawn)[0].status > 0 for _ in range(1000))
        < 300
    )


def test_errors_come_in_bursts_of_one_over_r_requests_on_the_average() -> None:
    chain, drawn = WebhookChain((Burst(p=0.05, r=0.25),)), rng()
    bad = [chain.decide("voice", 0.0, drawn)[0].status == 503 for _ in range(40_000)]
    bursts = sum(now and not before for before, now in zip([False, *bad], bad, strict=False))
    assert 3.8 < sum(bad) / bursts < 4.2
    assert 18 < (len(bad) - sum(bad)) / bursts < 22


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
    found = WebhookChain(tuple(faults)).decide(purpose, now, random.Random(seed))
    assert found == WebhookChain(tuple(faults)).decide(purpose, now, random.Random(seed))
    assert len(found) in {1, 3}
    assert {type(each) for each in ALL} == set(WEBHOOK_FAULTS.values())
