"""The INVITE client transaction, moment by moment (RFC 3261 section 17.1.1, RFC 6026 section 7.2)."""

from __future__ import annotations

import pytest

from sipdomain.sip.outputs import Flow
from tests.unit.sip.transactions.walk import TCP, UDP, Walk, build


def calling(flow: Flow = UDP) -> Walk:
    walk = Walk(flow)
    walk.ask(build())
    return walk


def test_timer_a_doubles_until_timer_b_gives_up() -> None:
    walk = calling()
    walk.at(100.0)

    assert walk.happened() == [
        (0.0, "send INVITE"), (0.5, "send INVITE"), (1.5, "send INVITE"), (3.5, "send INVITE"), (7.5, "send INVITE"),
        (15.5, "send INVITE"), (31.5, "send INVITE"), (32.0, "timed out"),
    ]  # fmt: skip
    assert walk.layer.idle
    assert len({send.data for send in walk.sent}) == 1


def test_on_a_reliable_transport_only_timer_b_runs() -> None:
    walk = calling(TCP)
    walk.at(100.0)

    assert walk.happened() == [(0.0, "send INVITE"), (32.0, "timed out")]


def test_a_provisional_answer_ends_retransmission_and_timer_b() -> None:
    walk = calling()
    walk.at(0.6).respond(build(), 100)
    walk.at(200.0).respond(build(), 180)

    assert walk.happened() == [
        (0.0, "send INVITE"), (0.5, "send INVITE"), (0.6, "response 100"), (200.0, "response 180"),
    ]  # fmt: skip
    assert walk.layer.unanswered == 1


@pytest.mark.parametrize("flow", [UDP, TCP])
@pytest.mark.parametrize("before", [(), (100, 180)])
def test_each_2xx_is_passed_up_until_timer_m_ends(flow: Flow, before: tuple[int, ...]) -> None:
    walk = calling(flow)
    for status in before:
        walk.respond(build(), status)
    walk.happened()
    walk.at(0.25).respond(build(), 200)
    walk.at(0.75).respond(build(), 200)
    walk.at(32.2).respond(build(), 200)
    walk.at(32.25).respond(build(), 200)

    assert walk.happened() == [(0.25, "response 200"), (0.75, "response 200"), (32.2, "response 200")]
    assert walk.layer.idle


def test_a_failure_is_acknowledged_each_time_and_passed_up_once() -> None:
    walk = calling()
    walk.respond(build(), 180)
    walk.at(1.0).respond(build(), 486)
    walk.at(1.5).respond(build(), 486)
    walk.at(32.9).respond(build(), 486)
    walk.at(33.0).respond(build(), 486)

    assert walk.happened() == [
        (0.0, "send INVITE"), (0.0, "response 180"), (1.0, "send ACK"), (1.0, "response 486"), (1.5, "send ACK"),
        (32.9, "send ACK"),
    ]  # fmt: skip
    assert walk.layer.idle


def test_on_a_reliable_transport_timer_d_is_zero() -> None:
    walk = calling(TCP)
    walk.at(1.0).respond(build(), 486)
    assert walk.layer.deadline == 1.0

    walk.at(1.0)
    assert walk.layer.idle


def test_the_ack_is_built_of_the_invite_and_the_to_of_the_answer() -> None:
    walk = calling()
    walk.respond(build(), 407)

    assert walk.sent[-1].data == (
        b"ACK sip:100@acme SIP/2.0\r\n"
        b"Via: SIP/2.0/UDP 127.0.0.10:5060;branch=z9hG4bK1\r\n"
        b"Max-Forwards: 70\r\n"
        b"Route: <sip:p;lr>\r\n"
        b"From: <sip:alice@acme>;tag=a\r\n"
        b"To: <sip:100@acme>;tag=b\r\n"
        b"Call-ID: call\r\n"
        b"CSeq: 1 ACK\r\n"
        b"Content-Length: 0\r\n\r\n"
    )


def test_what_comes_after_a_final_answer_changes_nothing() -> None:
    refused = calling()
    refused.respond(build(), 486)
    refused.happened()
    for status in (180, 200):
        refused.respond(build(), status)
    assert refused.happened() == []
    assert refused.transaction is not None
    assert refused.transaction.status == 486

    answered = calling()
    answered.respond(build(), 200)
    answered.happened()
    for status in (180, 486):
        answered.respond(build(), status)
    assert answered.happened() == []
    assert answered.transaction is not None
    assert answered.transaction.status == 200


@pytest.mark.parametrize(
    ("before", "told"), [((), True), ((180,), True), ((180, 486), True), ((180, 200), False)]
)
def test_a_transport_error_ends_it_unless_it_was_accepted(before: tuple[int, ...], told: bool) -> None:
    walk = calling()
    for status in before:
        walk.respond(build(), status)
    walk.happened()
    walk.fail()

    assert walk.happened() == ([(0.0, "transport failed")] if told else [])
    assert walk.layer.idle is told


@pytest.mark.parametrize(
    ("statuses", "left"),
    [((), 1), ((100,), 0), ((100, 180), 0), ((180, 200), 1), ((180, 486), 1)],
    ids=["calling", "trying", "ringing", "accepted", "refused"],
)
def test_only_an_invite_that_no_timer_ends_is_abandoned(statuses: tuple[int, ...], left: int) -> None:
    walk = calling()
    for status in statuses:
        walk.respond(build(), status)
    assert walk.transaction is not None
    walk.layer.abandon(walk.transaction.key)
    walk.layer.abandon("of nobody")

    assert len(walk.layer) == left
    assert walk.layer.idle is (left == 0)
