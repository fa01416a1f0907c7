"""Giving a call up: CANCEL and the races it can run into."""

from __future__ import annotations

import pytest

from sipdomain.errors import LocalProtocolError
from sipdomain.media.outputs import CloseMedia
from sipdomain.sip.message import Request
from tests.unit.phone.far_end import FarEnd, challenge


def test_cancel_waits_for_a_provisional_response_and_ends_with_487() -> None:
    far = FarEnd()
    call = far.dial()
    invite = far.request("INVITE")
    far.cancel(call)
    assert far.take() == []
    far.now = 0.2
    far.reply(invite, 100)
    cancel = far.request("CANCEL")
    assert (cancel.target, cancel.via, str(cancel.cseq)) == (invite.target, invite.via, "1 CANCEL")
    assert (cancel.from_, cancel.to, cancel.call_id) == (invite.from_, invite.to, invite.call_id)
    far.reply(cancel, 200)
    assert call.state == "trying"
    far.reply(invite, 487)
    far.request("ACK")
    assert (call.state, call.responses, call.final_status, call.ended_by) == (
        "refused",
        [100, 487],
        487,
        "us",
    )
    assert far.media[-1] == CloseMedia("alice-1")
    assert far.told() == ["dialled", "cancelled", "refused"]


def test_cancel_of_a_ringing_call_goes_out_at_once_and_only_once() -> None:
    far = FarEnd()
    call = far.dial()
    far.reply(far.request("INVITE"), 180)
    far.hang_up(call)
    far.cancel(call)
    far.request("CANCEL")
    assert far.told() == ["dialled", "ringing", "cancelled"]


def test_a_200_that_wins_the_race_is_acknowledged_and_hung_up() -> None:
    far = FarEnd()
    call = far.dial()
    invite = far.request("INVITE")
    far.reply(invite, 180)
    far.cancel(call)
    far.request("CANCEL")
    far.answer(invite)
    assert [each.method for each in far.take() if isinstance(each, Request)] == ["ACK", "BYE"]
    assert (call.state, call.responses, call.ended_by, call.answered_at) == ("ended", [180, 200], "us", 0.0)
    assert far.media[-1] == CloseMedia("alice-1")


def test_a_200_that_is_the_first_response_to_a_call_given_up_is_hung_up_without_cancel() -> None:
    far = FarEnd()
    call = far.dial()
    invite = far.request("INVITE")
    far.cancel(call)
    far.answer(invite)
    assert [each.method for each in far.take() if isinstance(each, Request)] == ["ACK", "BYE"]
    assert call.state == "ended"


def test_a_challenge_of_a_call_given_up_is_not_answered() -> None:
    far = FarEnd()
    call = far.dial()
    invite = far.request("INVITE")
    far.cancel(call)
    far.reply(invite, 407, challenge("N1"))
    far.request("ACK")
    assert (call.state, call.final_status, call.ended_by) == ("refused", 407, "")


def test_after_a_challenge_cancel_waits_for_a_response_to_the_second_invite() -> None:
    far = FarEnd()
    call = far.dial()
    first = far.request("INVITE")
    far.reply(first, 100)
    far.reply(first, 407, challenge("N1"))
    _, second = far.take()
    assert isinstance(second, Request)
    far.cancel(call)
    assert far.take() == []
    far.reply(second, 100)
    assert str(far.request("CANCEL").cseq) == "2 CANCEL"


def test_cancel_without_a_final_response_fails_the_call_after_32_seconds() -> None:
    far = FarEnd("tcp")
    call = far.dial()
    invite = far.request("INVITE")
    far.reply(invite, 180)
    far.cancel(call)
    far.reply(far.request("CANCEL"), 200)
    far.wait(31.9)
    assert not call.is_over
    far.wait(33.0)
    assert (call.state, call.ended_at, call.ended_by) == ("failed", 32.0, "us")
    far.answer(invite)
    assert [each.method for each in far.take() if isinstance(each, Request)] == ["ACK", "BYE"]
    assert call.state == "failed"


def test_a_call_given_up_without_a_final_response_is_forgotten_after_another_32_seconds() -> None:
    far = FarEnd()
    call = far.dial()
    far.reply(far.request("INVITE"), 180)
    far.cancel(call)
    far.wait(63.9)
    assert far.phone.census == (1, 0, 1, 1, 1)
    far.wait(64.1)
    assert far.phone.census == (0, 0, 0, 0, 0)


def test_a_call_given_up_before_its_port_is_open_sends_nothing() -> None:
    far = FarEnd()
    call, _ = far.phone.dial(0.0, "sip:100@acme.sip.twilio.com")
    far.cancel(call)
    assert (call.state, call.ended_by, call.responses, far.sends) == ("ended", "us", [], [])
    assert far.media == [CloseMedia("alice-1")]


def test_an_answered_call_cannot_be_cancelled_and_a_finished_one_need_not_be() -> None:
    far = FarEnd()
    call, _ = far.talk()
    with pytest.raises(LocalProtocolError, match="hang up instead"):
        far.cancel(call)
    far.hang_up(call)
    far.request("BYE")
    far.cancel(call)
    far.hang_up(call)
    assert far.take() == []
