"""Calls from the first INVITE to the answer: what goes out, timers, forks, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from sipdomain.errors import LocalProtocolError
from sipdomain.media.agreement import Agreement
from sipdomain.media.outputs import CloseMedia, ConnectMedia, MediaFailed, MediaOpened, OpenMedia
from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Address, Flow
from tests.unit.phone.far_end import ANSWER, CONNECTED, CONTACT, PHONE, PROXY, RTP, SDP, FarEnd, settings


def test_the_invite_waits_for_the_media_port() -> None:
    far = FarEnd()
    call, outputs = far.phone.dial(0.0, "sip:100@acme.sip.twilio.com")
    assert [each for each in outputs if isinstance(each, OpenMedia)] == [OpenMedia("alice-1", "127.0.0.10")]
    assert far.sends == []
    far.carry(far.phone.media(MediaOpened("alice-1", RTP), 0.0))
    assert far.request("INVITE").call_id == call.call_id


def test_an_invite_is_what_a_softphone_would_send() -> None:
    far = FarEnd(display_name="Alice", user_agent="desk")
    call = far.dial(headers=[("X-Order", "id=7;vip=no"), ("X-Order", "2"), ("x-a", "")])
    invite = far.request("INVITE")
    branch, tag = invite.via.branch, invite.from_.tag
    assert branch is not None
    assert (len(branch), branch[:7], len(tag or ""), len(call.call_id)) == (23, "z9hG4bK", 16, 32)
    assert invite.target == "sip:100@acme.sip.twilio.com"
    assert list(invite.headers) == [
        ("Via", f"SIP/2.0/UDP 127.0.0.10:5070;rport;branch={branch}"),
        ("From", f'"Alice" <sip:alice@acme.sip.twilio.com>;tag={tag}'),
        ("To", "<sip:100@acme.sip.twilio.com>"),
        ("Call-ID", call.call_id),
        ("CSeq", "1 INVITE"),
        ("Max-Forwards", "70"),
        ("Contact", "<sip:alice@127.0.0.10:5070;transport=udp>"),
        ("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, NOTIFY"),
        ("User-Agent", "desk"),
        ("Content-Type", "application/sdp"),
        ("X-Order", "id=7;vip=no"),
        ("X-Order", "2"),
        ("x-a", ""),
        ("Content-Length", str(len(invite.body))),
    ]
    assert b"m=audio 40000 RTP/AVP 0 8 101\r\n" in invite.body
    assert far.sends[0][1] == Flow("udp", PHONE, PROXY, 0)


def test_a_header_field_of_the_script_takes_the_place_of_the_phones_own() -> None:
    far = FarEnd()
    far.dial(headers=[("Max-Forwards", "3"), ("User-Agent", "odd")])
    invite = far.request("INVITE")
    assert (invite.headers.all("max-forwards"), invite.headers.all("user-agent")) == (["3"], ["odd"])


@pytest.mark.parametrize(
    "more",
    [
        {"to": "not a uri"},
        {"headers": [("X-A", "1\r\nX-B: 2")]},
        {"headers": [("X A", "1")]},
        {"headers": [("v", "SIP/2.0/UDP 1.2.3.4")]},
        {"headers": [("Call-ID", "mine")]},
        {"transport": "sctp"},
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_happens(more: dict[str, Any]) -> None:
    far = FarEnd()
    with pytest.raises(LocalProtocolError):
        far.dial(**more)
    assert (far.phone.calls, far.phone.tick(0.0), far.media) == ({}, [], [])


@pytest.mark.parametrize(
    "change", [{"transport": "ws"}, {"codecs": ()}, {"codecs": ("G729",)}, {"user": "a b"}]
)
def test_settings_that_make_no_phone_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(LocalProtocolError):
        settings(**change)


def test_the_password_does_not_show_in_the_settings_text() -> None:
    assert "Correct-Horse" not in repr(settings())


def test_over_tcp_via_and_contact_say_so_and_nothing_is_sent_twice() -> None:
    far = FarEnd("tcp")
    far.dial()
    invite = far.request("INVITE")
    assert str(invite.via).startswith("SIP/2.0/TCP 127.0.0.10:5070;")
    assert invite.headers.get("contact") == "<sip:alice@127.0.0.10:5070;transport=tcp>"
    far.wait(31.9)
    assert far.times("INVITE") == [0.0]


def test_without_any_answer_the_invite_goes_out_seven_times_and_the_call_fails_after_32_seconds() -> None:
    far = FarEnd()
    call = far.dial()
    far.wait(31.9)
    assert (far.times("INVITE"), call.state) == ([0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5], "trying")
    far.wait(40.0)
    assert (call.state, call.ended_at, call.responses, call.ended_by) == ("failed", 32.0, [], "")
    assert far.media[-1] == CloseMedia("alice-1")
    assert far.events[-1].detail == "no answer in 32 s"


def test_a_call_without_a_media_port_fails_before_the_invite() -> None:
    far = FarEnd()
    call, _ = far.phone.dial(0.0, "sip:100@acme.sip.twilio.com")
    far.carry(far.phone.media(MediaFailed("alice-1", "no port free"), 1.0))
    assert (call.state, call.ended_at, far.sends, far.events[-1].detail) == (
        "failed",
        1.0,
        [],
        "no port free",
    )


def test_a_broken_transport_fails_the_call() -> None:
    far = FarEnd("tcp")
    call = far.dial()
    far.carry(far.phone.transport_failed(Flow("tcp", PHONE, PROXY, 7), 2.0))
    assert (call.state, call.ended_at, far.events[-1].detail) == ("failed", 2.0, "the transport failed")


def test_a_broken_transport_does_not_touch_a_call_that_is_answered() -> None:
    far = FarEnd("tcp")
    call, _ = far.talk()
    far.carry(far.phone.transport_failed(Flow("tcp", PHONE, PROXY, 7), 2.0))
    assert call.state == "answered"


@pytest.mark.parametrize("status", [302, 403, 404, 486, 500, 503, 603])
def test_a_refusal_ends_the_call_and_is_acknowledged(status: int) -> None:
    far = FarEnd()
    call = far.dial()
    invite = far.request("INVITE")
    far.reply(invite, 100)
    far.now = 1.5
    data = far.reply(invite, status, ("X-Twilio-Error", "32202 bad"))
    assert far.request("ACK").via == invite.via
    assert (call.state, call.final_status, call.ended_at, call.ended_by) == ("refused", status, 1.5, "")
    assert ("X-Twilio-Error", "32202 bad") in call.final_headers
    assert far.media[-1] == CloseMedia("alice-1")
    far.feed(data)
    far.request("ACK")
    assert call.responses == [100, status]


def test_a_retransmitted_200_gets_the_same_ack_and_counts_once() -> None:
    far = FarEnd()
    call = far.dial()
    invite = far.request("INVITE")
    far.answer(invite)
    first = far.sends[-1][2]
    far.now = 0.5
    far.answer(invite)
    assert far.sends[-1] == (0.5, far.flow, first)
    assert (call.responses, call.answered_at) == ([200], 0.0)


def test_a_200_that_comes_again_after_the_call_ended_is_still_acknowledged() -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.hang_up(call)
    far.reply(far.request("BYE"), 200)
    far.now = 4.0
    far.answer(invite)
    far.request("ACK")
    assert (call.state, call.responses) == ("ended", [200])


def test_a_repeated_provisional_response_counts_once() -> None:
    far = FarEnd()
    call = far.dial()
    invite = far.request("INVITE")
    ringing = far.reply(invite, 180)
    far.feed(ringing)
    far.reply(invite, 183)
    assert (call.responses, far.told()) == ([180, 183], ["dialled", "ringing"])


def test_the_route_set_is_honoured() -> None:
    far = FarEnd()
    call = far.dial()
    routes = [
        ("Record-Route", "<sip:a@1.1.1.1;lr>, <sip:b@2.2.2.2;lr>"),
        ("Record-Route", "<sip:c@3.3.3.3;lr>"),
    ]
    far.answer(far.request("INVITE"), *routes)
    ack = far.request("ACK")
    expected = ["<sip:c@3.3.3.3;lr>", "<sip:b@2.2.2.2;lr>", "<sip:a@1.1.1.1;lr>"]
    assert (ack.headers.all("route"), ack.target) == (expected, "sip:gateway@10.0.0.7:5060")
    far.hang_up(call)
    bye = far.request("BYE")
    assert (bye.headers.all("route"), bye.cseq.number, bye.to.tag) == (expected, 2, "far")
    assert far.sends[-1][1].remote == PROXY


def test_the_second_answer_of_a_fork_is_acknowledged_and_hung_up() -> None:
    far = FarEnd()
    call = far.dial()
    invite = far.request("INVITE")
    far.reply(invite, 180, CONTACT, tag="one")
    far.reply(invite, 180, CONTACT, tag="two")
    far.answer(invite, tag="two")
    assert far.request("ACK").to.tag == "two"
    far.answer(invite, tag="one")
    ack, bye = far.take()
    assert isinstance(ack, Request)
    assert isinstance(bye, Request)
    assert [(each.method, each.to.tag) for each in (ack, bye)] == [("ACK", "one"), ("BYE", "one")]
    assert (call.state, call.responses) == ("answered", [180, 180, 200, 200])
    assert far.media.count(CONNECTED) == 1


def test_early_media_connects_and_the_200_need_not_repeat_it() -> None:
    far = FarEnd()
    call = far.dial()
    invite = far.request("INVITE")
    far.reply(invite, 183, CONTACT, SDP, body=ANSWER)
    assert far.media[-1] == CONNECTED
    far.reply(invite, 200, CONTACT)
    assert far.request("ACK").body == b""
    assert (call.state, far.media.count(CONNECTED)) == ("answered", 1)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "no answer to our offer"),
        (b"junk", "not a line of a session description: 'junk'"),
        (ANSWER.replace(b"10000 RTP", b"0 RTP"), "the audio is switched off (port 0)"),
    ],
)
def test_an_answer_without_usable_media_is_acknowledged_and_hung_up(body: bytes, detail: str) -> None:
    far = FarEnd()
    call = far.dial()
    far.answer(far.request("INVITE"), body=body)
    assert [each.method for each in far.take() if isinstance(each, Request)] == ["ACK", "BYE"]
    assert (call.state, call.ended_by, far.events[-1].detail) == ("failed", "us", detail)


def test_a_200_with_a_broken_contact_fails_the_call() -> None:
    far = FarEnd()
    call = far.dial()
    far.reply(far.request("INVITE"), 200, ("Contact", "<sip:"), SDP, body=ANSWER)
    assert (call.state, far.events[-1].detail) == (
        "failed",
        "cannot work with this 200: not a name address: '<sip:'",
    )


def test_a_late_offer_is_answered_in_the_ack() -> None:
    far = FarEnd()
    call = far.dial(late_offer=True)
    invite = far.request("INVITE")
    assert (invite.body, "content-type" in invite.headers) == (b"", False)
    far.answer(invite)
    ack = far.request("ACK")
    assert ack.content_type == "application/sdp"
    assert b"m=audio 40000 RTP/AVP 0 101\r\n" in ack.body
    assert (call.state, far.media[-1]) == ("answered", CONNECTED)


def test_a_phone_without_pcmu_answers_a_late_offer_with_pcma() -> None:
    far = FarEnd(codecs=("PCMA",))
    far.dial(late_offer=True)
    offer = ANSWER.replace(b"RTP/AVP 0 101", b"RTP/AVP 0 8 101")
    far.answer(far.request("INVITE"), body=offer)
    assert b"m=audio 40000 RTP/AVP 8 101\r\n" in far.request("ACK").body
    assert far.media[-1] == ConnectMedia("alice-1", Agreement(Address("127.0.0.1", 10_000), 8, "PCMA", 101))


def test_a_phone_without_a_common_codec_hangs_up() -> None:
    far = FarEnd(codecs=("PCMA",))
    call = far.dial(late_offer=True)
    far.answer(far.request("INVITE"))
    assert [each.method for each in far.take() if isinstance(each, Request)] == ["ACK", "BYE"]
    assert (call.state, far.events[-1].detail) == ("failed", "the offer has PCMU, not PCMA")


def test_stray_responses_change_nothing() -> None:
    far = FarEnd()
    call, invite = far.talk()
    invite.headers.replace("Via", "SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bKnobody")
    far.feed(bytes(Request("INVITE", invite.target, invite.headers)))
    assert far.status() == 486
    assert call.state == "answered"
