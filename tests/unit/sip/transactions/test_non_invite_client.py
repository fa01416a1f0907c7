"""The non-INVITE client transaction, moment by moment (RFC 3261 section 17.1.2)."""

from __future__ import annotations

import pytest

from sipdomain.sip.outputs import Flow
from tests.unit.sip.transactions.walk import TCP, UDP, Walk, build


def asking(flow: Flow = UDP) -> Walk:
    walk = Walk(flow)
    walk.ask(build("BYE"))
    return walk


def test_timer_e_doubles_up_to_t2_until_timer_f_gives_up() -> None:
    walk = asking()
    walk.at(100.0)

    assert walk.happened() == [
        (0.0, "send BYE"), (0.5, "send BYE"), (1.5, "send BYE"), (3.5, "send BYE"), (7.5, "send BYE"), (11.5, "send BYE"),
        (15.5, "send BYE"), (19.5, "send BYE"), (23.5, "send BYE"), (27.5, "send BYE"), (31.5, "send BYE"),
        (32.0, "timed out"),
    ]  # fmt: skip
    assert walk.layer.idle


def test_on_a_reliable_transport_only_timer_f_runs() -> None:
    walk = asking(TCP)
    walk.at(100.0)

    assert walk.happened() == [(0.0, "send BYE"), (32.0, "timed out")]


def test_after_a_provisional_answer_timer_e_runs_at_t2() -> None:
    walk = asking()
    walk.at(0.6).respond(build("BYE"), 100)
    walk.at(100.0)

    assert walk.happened() == [
        (0.0, "send BYE"), (0.5, "send BYE"), (0.6, "response 100"), (1.5, "send BYE"), (5.5, "send BYE"),
        (9.5, "send BYE"), (13.5, "send BYE"), (17.5, "send BYE"), (21.5, "send BYE"), (25.5, "send BYE"),
        (29.5, "send BYE"), (32.0, "timed out"),
    ]  # fmt: skip


@pytest.mark.parametrize("status", [200, 407])
@pytest.mark.parametrize("before", [(), (100, 100)])
def test_a_final_answer_is_passed_up_once_and_timer_k_absorbs_its_copies(
    status: int, before: tuple[int, ...]
) -> None:
    walk = asking()
    for each in before:
        walk.respond(build("BYE"), each)
    walk.happened()
    walk.at(0.25).respond(build("BYE"), status)
    for late in (status, 100, 500):
        walk.at(1.0).respond(build("BYE"), late)
    assert walk.layer.unanswered == 0
    walk.at(5.24)
    assert len(walk.layer) == 1
    walk.at(5.25)

    assert walk.happened() == [(0.25, f"response {status}")]
    assert walk.layer.idle


def test_on_a_reliable_transport_timer_k_is_zero() -> None:
    walk = asking(TCP)
    walk.at(1.0).respond(build("BYE"), 200)
    assert walk.layer.deadline == 1.0

    walk.at(1.0)
    assert walk.layer.idle


@pytest.mark.parametrize(("before", "told"), [((), True), ((100,), True), ((100, 200), False)])
def test_a_transport_error_before_the_final_answer_ends_it(before: tuple[int, ...], told: bool) -> None:
    walk = asking()
    for status in before:
        walk.respond(build("BYE"), status)
    walk.happened()
    walk.fail()

    assert walk.happened() == ([(0.0, "transport failed")] if told else [])
    assert walk.layer.idle is told
