"""An answered call: BYE both ways, re-INVITE, UPDATE, keys, and requests that belong to nothing."""

from __future__ import annotations

import pytest

from sipdomain.errors import LocalProtocolError
from sipdomain.media.outputs import (
    CloseMedia,
    DtmfReceived,
    PreparePrompt,
    PromptReady,
    SendDtmf,
    StartPlayback,
)
from sipdomain.media.prompts import Keys
from sipdomain.sip.codec import parse
from sipdomain.sip.digest import Credentials
from sipdomain.sip.message import Request
from tests.unit.phone.far_end import ANSWER, FarEnd, challenge, response_of


def test_hanging_up_sends_bye_and_ends_the_call_at_once() -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.now = 7.0
    far.hang_up(call)
    bye = far.request("BYE")
    assert (bye.target, bye.cseq.number, bye.to.tag, bye.from_) == (
        "sip:gateway@10.0.0.7:5060", 2, "far", invite.from_,
    )  # fmt: skip
    assert (call.state, call.ended_by, call.ended_at) == ("ended", "us", 7.0)
    assert far.media[-1] == CloseMedia("alice-1")
    far.reply(bye, 200)
    far.wait(100.0)
    assert far.times("BYE") == [7.0]
    assert far.phone.deadline is None


def test_a_bye_without_an_answer_is_sent_until_timer_f() -> None:
    far = FarEnd()
    call, _ = far.talk()
    far.hang_up(call)
    far.wait(100.0)
    assert far.times("BYE") == [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert (call.state, far.phone.deadline) == ("ended", None)


def test_a_bye_carries_the_calls_credentials_and_a_challenge_to_it_is_answered() -> None:
    far = FarEnd()
    call = far.dial()
    far.reply(far.request("INVITE"), 407, challenge("N1"))
    _, invite = far.take()
    assert isinstance(invite, Request)
    far.answer(invite)
    far.request("ACK")
    far.hang_up(call)
    bye = far.request("BYE")
    given = Credentials.parse(bye.require("proxy-authorization"))
    assert (given.nonce, given.nc, given.uri) == ("N1", "00000002", "sip:gateway@10.0.0.7:5060")
    far.reply(bye, 407, challenge("N2"))
    again = far.request("BYE")
    given = Credentials.parse(again.require("proxy-authorization"))
    assert (given.nonce, given.nc, again.cseq.number) == ("N2", "00000001", bye.cseq.number + 1)
    assert call.responses == [407, 200]


def test_the_peers_bye_is_answered_and_ends_the_call() -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.now = 9.0
    bye = far.ask("BYE", call, invite, 1, ("X-Twilio-CallSid", "CA1"), ("Reason", "Q.850;cause=16"))
    assert far.status() == 200
    assert (call.state, call.ended_by, call.ended_at) == ("ended", "them", 9.0)
    assert call.requests_received == ["BYE"]
    assert ("Reason", "Q.850;cause=16") in call.end_headers
    assert far.media[-1] == CloseMedia("alice-1")
    far.feed(bye)
    assert far.status() == 200
    far.hang_up(call)
    assert (far.take(), call.requests_received) == ([], ["BYE"])


def test_crossing_byes_are_both_answered_and_we_ended_the_call() -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.hang_up(call)
    bye = far.request("BYE")
    far.ask("BYE", call, invite, 1)
    assert far.status() == 200
    far.reply(bye, 481)
    assert (call.state, call.ended_by, call.requests_received) == ("ended", "us", ["BYE"])
    assert far.media.count(CloseMedia("alice-1")) == 1


@pytest.mark.parametrize(
    ("method", "more", "status"),
    [
        ("OPTIONS", [], 200),
        ("NOTIFY", [("Event", "refer")], 200),
        ("REFER", [("Refer-To", "<sip:x@y>")], 405),
        ("INFO", [], 405),
        ("INVITE", [("Require", "100rel, timer")], 420),
        ("INVITE", [("Contact", "<sip:")], 400),
    ],
)
def test_other_requests_within_the_call(method: str, more: list[tuple[str, str]], status: int) -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.ask(method, call, invite, 1, *more)
    answer = response_of(far)
    assert (answer.status, call.requests_received, call.state) == (status, [method], "answered")
    if status == 405:
        assert answer.headers.get("allow") == "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, NOTIFY"
    if status == 420:
        assert answer.headers.get("unsupported") == "100rel, timer"


def test_a_cseq_that_does_not_grow_gets_500() -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.ask("OPTIONS", call, invite, 5)
    assert far.status() == 200
    far.ask("NOTIFY", call, invite, 4)
    assert far.status() == 500
    assert call.state == "answered"


def test_a_bye_to_a_call_long_over_gets_481() -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.hang_up(call)
    far.reply(far.request("BYE"), 200)
    far.wait(33.0)
    far.ask("BYE", call, invite, 1)
    assert far.status() == 481


@pytest.mark.parametrize(
    ("method", "to", "status"),
    [
        ("OPTIONS", "<sip:alice@127.0.0.10>", 200),
        ("NOTIFY", "<sip:alice@127.0.0.10>", 200),
        ("BYE", "<sip:alice@127.0.0.10>", 481),
        ("BYE", "<sip:alice@127.0.0.10>;tag=mine", 481),
        ("INVITE", "<sip:alice@127.0.0.10>;tag=mine", 481),
        ("CANCEL", "<sip:alice@127.0.0.10>", 481),
        ("MESSAGE", "<sip:alice@127.0.0.10>", 405),
    ],
)
def test_requests_that_belong_to_no_call(method: str, to: str, status: int) -> None:
    far = FarEnd()
    far.feed(
        f"{method} sip:alice@127.0.0.10 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1\r\n"
        f"From: <sip:x@y>;tag=x\r\nTo: {to}\r\nCall-ID: c\r\nCSeq: 1 {method}\r\n"
        "Contact: <sip:x@y>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n".encode()
    )
    answer = response_of(far)
    assert answer.status == status
    assert answer.to.tag is not None
    assert far.phone.calls == {}


def test_a_message_without_what_every_message_has_is_noted_and_a_request_refused() -> None:
    far = FarEnd()
    head = "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1\r\nFrom: <sip:x@y>;tag=x\r\nTo: <sip:a@b>\r\n"
    for start in ("SIP/2.0 200 OK", "BYE sip:a@b SIP/2.0", "ACK sip:a@b SIP/2.0"):
        message = parse(f"{start}\r\n{head}CSeq: 1 BYE\r\n\r\n".encode())
        far.carry(far.phone.receive(message, far.flow, 0.0))
    assert [event.detail for event in far.events] == ["no call-id header field"] * 3
    assert [data.split(b"\r\n")[0] for _, _, data in far.sends] == [b"SIP/2.0 400 Bad Request"]


def test_an_ack_that_belongs_to_nothing_is_dropped() -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.ask("ACK", call, invite, 9)
    assert (far.take(), call.state) == ([], "answered")


def test_keys_are_pressed_as_telephone_events() -> None:
    far = FarEnd()
    call, _ = far.talk()
    far.carry(far.phone.press(3.0, call, "12#"))
    assert far.media[-1] == SendDtmf("alice-1", "12#")
    assert (far.events[-1].event, far.events[-1].detail, far.events[-1].at) == ("pressed", "12#", 3.0)


def test_keys_are_pressed_as_tones_behind_what_is_said() -> None:
    far = FarEnd(telephone_event=False)
    call = far.dial()
    invite = far.request("INVITE")
    assert b"telephone-event" not in invite.body
    far.answer(invite)
    far.carry(far.phone.press(3.0, call, "12#", "inband"))
    far.carry(far.phone.media(PromptReady(1, 0.6), 3.0))
    assert far.media[-2:] == [PreparePrompt(1, Keys("12#")), StartPlayback("alice-1", 1, Keys("12#"))]
    assert ("pressed", "12#") in [(each.event, each.detail) for each in far.events]


def info(far: FarEnd) -> tuple[Request, bytes]:
    request = far.request("INFO")
    assert request.headers.get("content-type") == "application/dtmf-relay"
    return request, request.body


def test_keys_by_info_go_one_after_another() -> None:
    far = FarEnd()
    call, _ = far.talk()
    far.carry(far.phone.press(3.0, call, "1", "info"))
    far.carry(far.phone.press(3.0, call, "#", "info"))
    first, body = info(far)
    assert (body, first.cseq.number, first.to.tag) == (b"Signal=1\r\nDuration=100\r\n", 2, "far")
    assert far.take() == []
    far.reply(first, 200)
    second, body = info(far)
    assert (body, second.cseq.number) == (b"Signal=#\r\nDuration=100\r\n", 3)
    far.reply(second, 200)
    assert far.take() == []
    far.carry(far.phone.press(3.0, call, "9", "info"))
    assert info(far)[1] == b"Signal=9\r\nDuration=100\r\n"


def test_a_key_by_info_that_is_refused_or_not_answered_is_noted_and_the_others_are_dropped() -> None:
    far = FarEnd()
    call, _ = far.talk()
    far.carry(far.phone.press(0.0, call, "12", "info"))
    far.reply(info(far)[0], 405)
    assert far.take() == []
    assert (far.events[-1].event, far.events[-1].detail) == ("key refused", "1: 405 Method Not Allowed")
    far.carry(far.phone.press(0.0, call, "3", "info"))
    info(far)
    far.wait(40.0)
    assert (far.events[-1].event, far.events[-1].detail[:3]) == ("key refused", "3: ")
    assert call.state == "answered"


def test_a_challenged_info_is_sent_again_with_credentials() -> None:
    far = FarEnd()
    call, _ = far.talk()
    far.carry(far.phone.press(0.0, call, "1", "info"))
    far.reply(info(far)[0], 407, challenge("n1"))
    again, body = info(far)
    assert (body, again.cseq.number) == (b"Signal=1\r\nDuration=100\r\n", 3)
    assert 'nonce="n1"' in again.require("proxy-authorization")


def test_keys_that_cannot_be_pressed() -> None:
    far = FarEnd()
    call = far.dial()
    with pytest.raises(LocalProtocolError, match="once the call is answered"):
        far.phone.press(0.0, call, "1")
    invite = far.request("INVITE")
    far.answer(
        invite, body=ANSWER.replace(b"0 101", b"0").replace(b"a=rtpmap:101 telephone-event/8000\r\n", b"")
    )
    with pytest.raises(LocalProtocolError, match="did not agree on telephone-event"):
        far.phone.press(0.0, call, "1")
    with pytest.raises(LocalProtocolError, match="keys are 0-9"):
        far.phone.press(0.0, call, "1,2")
    with pytest.raises(LocalProtocolError, match="129 keys; at most 128 can be pressed at once"):
        far.phone.press(0.0, call, "1" * 129)
    far.hang_up(call)
    assert far.phone.press(0.0, call, "1") == []


def test_a_key_of_the_peer_is_written_in_the_journal() -> None:
    far = FarEnd()
    far.talk()
    far.carry(far.phone.media(DtmfReceived("alice-1", "5", 0.1), 2.0))
    assert (far.events[-1].event, far.events[-1].detail) == ("heard", "key 5")
    assert far.phone.media(DtmfReceived("nobody-1", "5", 0.1), 2.0) == []
