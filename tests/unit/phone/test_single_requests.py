"""Single requests, oddities, and how many calls a phone remembers."""

from __future__ import annotations

from random import Random

import pytest

from sipdomain.errors import LocalProtocolError
from sipdomain.phone import Phone
from sipdomain.sip.message import Request
from tests.unit.phone.far_end import FarEnd, challenge, settings


def ask(far: FarEnd, method: str = "OPTIONS", **more: object) -> Request:
    _, outputs = far.phone.request(far.now, method, "sip:acme.sip.twilio.com", **more)  # type: ignore[arg-type]
    far.carry(outputs)
    return far.request(method)


def test_a_single_request_ends_with_its_answer() -> None:
    far = FarEnd()
    options = ask(far, headers=[("X-A", "1")])
    call = far.phone.calls[options.call_id]
    assert (str(options.cseq), options.target, options.headers.get("x-a")) == (
        "1 OPTIONS", "sip:acme.sip.twilio.com", "1",
    )  # fmt: skip
    far.reply(options, 200, ("Allow", "INVITE"))
    assert (call.state, call.responses, call.ended_by, call.answered_at) == ("ended", [200], "", 0.0)
    assert ("Allow", "INVITE") in call.final_headers
    assert far.media == []


def test_a_single_request_answers_a_challenge() -> None:
    far = FarEnd()
    register = ask(far, "REGISTER", headers=[("Expires", "60")])
    far.reply(register, 407, challenge("N1"))
    again = far.request("REGISTER")
    assert (again.cseq.number, again.headers.get("expires")) == (2, "60")
    assert "proxy-authorization" in again.headers
    far.reply(again, 403)
    call = far.phone.calls[register.call_id]
    assert (call.state, call.responses, call.final_status) == ("refused", [407, 403], 403)


def test_a_single_request_without_an_answer_fails_after_timer_f() -> None:
    far = FarEnd()
    message = ask(far, "MESSAGE", body=b"hello")
    assert message.headers.get("content-type") == "text/plain;charset=UTF-8"
    far.wait(100.0)
    call = far.phone.calls[message.call_id]
    assert (call.state, call.ended_at, len(far.times("MESSAGE"))) == ("failed", 32.0, 11)


def test_an_invite_with_a_body_of_the_scripts_own_is_acknowledged_and_can_be_hung_up() -> None:
    far = FarEnd()
    invite = ask(far, "INVITE", body=b"junk")
    call = far.phone.calls[invite.call_id]
    assert (invite.content_type, invite.body) == ("application/sdp", b"junk")
    far.answer(invite)
    far.request("ACK")
    assert (call.state, far.media) == ("answered", [])
    with pytest.raises(LocalProtocolError):
        far.phone.press(0.0, call, "1")
    far.ask("INVITE", call, invite, 1, ("Contact", "<sip:x@y>"))
    assert far.status() == 488
    far.hang_up(call)
    far.request("BYE")


def test_a_stray_ack_is_sent_and_forgotten() -> None:
    far = FarEnd()
    ack = ask(far, "ACK")
    assert far.phone.calls[ack.call_id].state == "ended"


def test_what_is_no_request_is_refused() -> None:
    far = FarEnd()
    for method, to in (("NO GOOD", "sip:a@b"), ("OPTIONS", "a b")):
        with pytest.raises(LocalProtocolError):
            far.phone.request(0.0, method, to)
    call = far.phone.calls[ask(far).call_id]
    with pytest.raises(LocalProtocolError, match="only an INVITE"):
        far.phone.cancel(0.0, call)


def test_the_last_thousand_finished_calls_are_remembered() -> None:
    far = FarEnd()
    calls = []
    for _ in range(1_002):
        options = ask(far)
        far.reply(options, 200)
        calls.append(options.call_id)
    assert list(far.phone.calls) == calls[2:]


def test_past_its_capacity_a_phone_refuses_to_dial() -> None:
    phone = Phone(settings(), rng=Random(1), capacity=2)
    first, _ = phone.dial(0.0, "sip:1@a.example")
    phone.dial(0.0, "sip:2@a.example")
    with pytest.raises(LocalProtocolError, match="2 calls already"):
        phone.dial(0.0, "sip:3@a.example")
    phone.cancel(0.0, first)
    phone.dial(0.0, "sip:3@a.example")


def test_a_call_of_another_phone_cannot_be_hung_up() -> None:
    call = FarEnd().dial()
    with pytest.raises(LocalProtocolError, match="alice has no call"):
        Phone(settings(), rng=Random(2)).hang_up(0.0, call)


def test_the_same_seed_gives_the_same_bytes() -> None:
    runs = []
    for _ in range(2):
        far = FarEnd()
        far.talk()
        runs.append(far.sends)
    assert runs[0] == runs[1]
