"""The non-INVITE server transaction, moment by moment (RFC 3261 section 17.2.2)."""

from __future__ import annotations

import pytest

from sipdomain.sip.outputs import Flow
from tests.unit.sip.transactions.walk import TCP, UDP, Walk, build


def asked(flow: Flow = UDP) -> Walk:
    walk = Walk(flow)
    walk.receive(build("OPTIONS"))
    return walk


def test_a_copy_before_any_answer_is_discarded() -> None:
    walk = asked()
    walk.at(0.5).receive(build("OPTIONS"))

    assert walk.happened() == [(0.0, "request OPTIONS")]


def test_a_copy_gets_the_last_answer_until_timer_j_ends() -> None:
    walk = asked()
    walk.at(1.0).answer(100)
    walk.at(1.5).receive(build("OPTIONS"))
    walk.at(2.0).answer(200)
    walk.at(2.5).receive(build("OPTIONS"))
    walk.at(33.9).receive(build("OPTIONS"))
    assert walk.happened() == [
        (0.0, "request OPTIONS"), (1.0, "send 100"), (1.5, "send 100"), (2.0, "send 200"), (2.5, "send 200"),
        (33.9, "send 200"),
    ]  # fmt: skip
    assert len(walk.layer) == 1

    walk.at(34.0)
    assert walk.layer.idle
    walk.receive(build("OPTIONS"))
    assert walk.happened() == [(34.0, "request OPTIONS")]


@pytest.mark.parametrize("status", [200, 404])
def test_on_a_reliable_transport_timer_j_is_zero(status: int) -> None:
    walk = asked(TCP)
    walk.at(2.0).answer(status)

    assert walk.layer.deadline == 2.0
    walk.take(walk.layer.tick(2.0))
    assert walk.layer.idle


def test_a_second_final_answer_is_discarded() -> None:
    walk = asked()
    walk.answer(404)
    for status in (100, 200, 500):
        walk.answer(status)
    walk.receive(build("OPTIONS"))

    assert walk.happened() == [(0.0, "request OPTIONS"), (0.0, "send 404"), (0.0, "send 404")]


@pytest.mark.parametrize("before", [(), (100,), (100, 200)])
def test_a_transport_error_ends_it(before: tuple[int, ...]) -> None:
    walk = asked()
    for status in before:
        walk.answer(status)
    walk.happened()
    walk.at(1.0).fail()
    walk.answer(200)

    assert walk.happened() == [(1.0, "transport failed")]
    assert walk.layer.idle


def test_only_transactions_on_the_broken_flow_hear_of_it() -> None:
    walk = asked(TCP)
    walk.receive(build("OPTIONS", branch="z9hG4bK2", call="other"), UDP)
    walk.happened()
    walk.fail()

    assert walk.happened() == [(0.0, "transport failed")]
    assert len(walk.layer) == 1
