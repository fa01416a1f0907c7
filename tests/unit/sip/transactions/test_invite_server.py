"""The INVITE server transaction, moment by moment (RFC 3261 section 17.2.1, RFC 6026 section 7.1)."""

from __future__ import annotations

import pytest

from sipdomain.sip.outputs import Flow
from sipdomain.sip.timers import Timers
from sipdomain.sip.transactions.table import State
from tests.unit.sip.transactions.walk import TCP, UDP, Walk, build


def ringing(flow: Flow = UDP) -> Walk:
    walk = Walk(flow)
    walk.receive(build())
    walk.answer(100)
    walk.at(1.0).answer(180)
    walk.happened()
    return walk


def test_a_new_invite_is_passed_up_and_its_answers_sent() -> None:
    walk = Walk()
    walk.receive(build())
    walk.answer(100)
    walk.at(1.0).answer(180)
    walk.at(2.0).answer(200)

    assert walk.happened() == [
        (0.0, "request INVITE"),
        (0.0, "send 100"),
        (1.0, "send 180"),
        (2.0, "send 200"),
    ]
    assert {send.flow for send in walk.sent} == {UDP}


def test_an_invite_before_any_answer_gets_none_when_it_comes_again() -> None:
    walk = Walk()
    walk.receive(build())
    walk.at(0.5).receive(build())

    assert walk.happened() == [(0.0, "request INVITE")]


@pytest.mark.parametrize("flow", [UDP, TCP])
def test_an_invite_that_comes_again_gets_the_last_provisional_answer(flow: Flow) -> None:
    walk = ringing(flow)
    walk.at(1.5).receive(build())
    walk.at(3.5).receive(build())

    assert walk.happened() == [(1.5, "send 180"), (3.5, "send 180")]


def test_a_failure_is_sent_again_by_timer_g_until_timer_h_gives_up() -> None:
    walk = ringing()
    walk.at(2.0).answer(486)
    walk.at(100.0)

    assert walk.happened() == [
        (2.0, "send 486"), (2.5, "send 486"), (3.5, "send 486"), (5.5, "send 486"), (9.5, "send 486"),
        (13.5, "send 486"), (17.5, "send 486"), (21.5, "send 486"), (25.5, "send 486"), (29.5, "send 486"),
        (33.5, "send 486"), (34.0, "timed out"),
    ]  # fmt: skip
    assert walk.layer.idle


def test_on_a_reliable_transport_a_failure_is_sent_once_and_timer_h_still_runs() -> None:
    walk = ringing(TCP)
    walk.at(2.0).answer(486)
    walk.at(100.0)

    assert walk.happened() == [(2.0, "send 486"), (34.0, "timed out")]
    assert walk.layer.idle


def test_an_invite_that_comes_again_gets_the_failure_again() -> None:
    walk = ringing()
    walk.at(2.0).answer(407)
    walk.at(2.25).receive(build())

    assert walk.happened() == [(2.0, "send 407"), (2.25, "send 407")]


def test_an_ack_ends_the_failure_and_timer_i_absorbs_its_copies() -> None:
    walk = ringing()
    walk.at(2.0).answer(486)
    walk.at(2.5).receive(build("ACK", to_tag=";tag=b"))
    assert walk.transaction is not None
    assert walk.transaction.state is State.CONFIRMED
    walk.at(3.0).receive(build("ACK", to_tag=";tag=b"))
    walk.at(4.0).receive(build())
    walk.at(7.49)
    assert len(walk.layer) == 1
    walk.at(7.5)

    assert walk.happened() == [(2.0, "send 486"), (2.5, "send 486")]
    assert walk.layer.idle


def test_on_a_reliable_transport_timer_i_is_zero() -> None:
    walk = ringing(TCP)
    walk.at(2.0).answer(486)
    walk.at(2.5).receive(build("ACK", to_tag=";tag=b"))

    assert walk.layer.deadline == 2.5
    walk.take(walk.layer.tick(2.5))
    assert walk.layer.idle


@pytest.mark.parametrize("flow", [UDP, TCP])
def test_after_a_2xx_timer_l_absorbs_copies_of_the_invite(flow: Flow) -> None:
    walk = ringing(flow)
    walk.at(2.0).answer(200)
    walk.at(2.5).receive(build())
    walk.at(33.9).receive(build())
    assert walk.happened() == [(2.0, "send 200")]
    assert len(walk.layer) == 1

    walk.at(34.0)

    assert walk.happened() == []
    assert walk.layer.idle


def test_the_user_sends_its_2xx_again_as_often_as_it_likes() -> None:
    walk = ringing()
    walk.at(2.0).answer(200)
    walk.at(2.5).answer(200)
    walk.at(3.5).answer(200)
    walk.at(34.0).answer(200)

    assert walk.happened() == [(2.0, "send 200"), (2.5, "send 200"), (3.5, "send 200")]


def test_the_ack_for_a_2xx_has_a_branch_of_its_own_and_is_passed_up() -> None:
    walk = ringing()
    walk.at(2.0).answer(200)
    walk.at(2.1).receive(build("ACK", branch="z9hG4bKack", to_tag=";tag=b"))

    assert walk.happened() == [(2.0, "send 200"), (2.1, "ack")]


def test_an_ack_for_a_2xx_with_the_branch_of_its_invite_is_passed_up_too() -> None:
    walk = ringing()
    walk.at(2.0).answer(200)
    walk.at(2.1).receive(build("ACK", to_tag=";tag=b"))

    assert walk.happened() == [(2.0, "send 200"), (2.1, "ack")]


def test_an_ack_before_any_final_answer_is_ignored() -> None:
    walk = ringing()
    walk.receive(build("ACK"))

    assert walk.happened() == []


def test_nothing_follows_a_final_answer_but_2xx_after_2xx() -> None:
    walk = ringing()
    walk.at(2.0).answer(200)
    for status in (180, 486):
        walk.answer(status)
    assert walk.transaction is not None
    assert walk.transaction.status == 200
    assert walk.happened() == [(2.0, "send 200")]

    refused = ringing()
    refused.at(2.0).answer(486)
    for status in (180, 200, 603):
        refused.answer(status)
    assert refused.happened() == [(2.0, "send 486")]


def test_a_transport_error_is_reported_and_the_user_still_decides() -> None:
    walk = ringing(TCP)
    walk.fail()
    walk.at(2.0).answer(500)
    walk.fail()
    walk.at(34.0)

    assert walk.happened() == [
        (1.0, "transport failed"), (2.0, "send 500"), (2.0, "transport failed"), (34.0, "timed out"),
    ]  # fmt: skip
    assert walk.layer.idle


def test_a_transport_error_after_the_2xx_is_reported_and_timer_l_still_ends_it() -> None:
    walk = ringing(TCP)
    walk.at(2.0).answer(200)
    walk.at(3.0).fail()
    walk.at(34.0)

    assert walk.happened() == [(2.0, "send 200"), (3.0, "transport failed")]
    assert walk.layer.idle


def test_other_base_values_give_other_moments() -> None:
    walk = Walk(timers=Timers(t1=0.1, t2=0.4, t4=1.0))
    walk.receive(build())
    walk.answer(404)
    walk.at(1.25).receive(build("ACK"))
    walk.at(10.0)

    assert walk.happened() == [
        (0.0, "request INVITE"), (0.0, "send 404"), (0.1, "send 404"), (pytest.approx(0.3), "send 404"),
        (pytest.approx(0.7), "send 404"), (pytest.approx(1.1), "send 404"),
    ]  # fmt: skip
    assert walk.layer.idle


def test_what_is_answered_keeps_no_request_and_only_the_bytes_that_can_be_needed() -> None:
    def kept(walk: Walk) -> tuple[bool, bytes | None]:
        assert walk.transaction is not None
        return walk.transaction.request is not None, walk.transaction.kept

    walk = ringing()
    assert kept(walk) == (True, walk.sent[-1].data)
    walk.at(2.0).answer(486)
    assert kept(walk) == (False, walk.sent[-1].data)
    walk.receive(build("ACK"))
    assert kept(walk) == (False, None)

    answered = ringing()
    answered.at(2.0).answer(200)
    assert kept(answered) == (False, None)
