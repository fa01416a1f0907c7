"""A phone that is called: it rings, answers, refuses, or the caller gives up."""

from __future__ import annotations

import pytest

from sipdomain.errors import LocalProtocolError
from sipdomain.media.outputs import CloseMedia, ConnectMedia
from sipdomain.phone import PhoneCall
from sipdomain.sip.message import Request, Response
from tests.unit.phone.far_end import ANSWER, SDP, FarEnd

VIA = ("Via", "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKring")
FIELDS = [
    ("Max-Forwards", "70"),
    ("From", "<sip:reception@acme.sip.twilio.com>;tag=far"),
    ("To", "<sip:alice@127.0.0.10:5070>"),
    ("Call-ID", "ring-1"),
    ("Contact", "<sip:127.0.0.1:5060>"),
]


def build(method: str, number: int = 1, *more: tuple[str, str], body: bytes = b"", tag: str = "") -> bytes:
    fields = [(name, f"{value};tag={tag}" if name == "To" and tag else value) for name, value in FIELDS]
    via = VIA if not tag else ("Via", f"SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK{method}{number}")
    head = [via, *fields, ("CSeq", f"{number} {method}"), *more]
    return bytes(Request(method, "sip:alice@127.0.0.10:5070", head, body))


def rung(body: bytes = ANSWER) -> tuple[FarEnd, PhoneCall]:
    """Return a phone that rings, and its call."""
    far = FarEnd()
    far.feed(build("INVITE", 1, ("X-Table", "12"), *([SDP] if body else []), body=body))
    (call,) = far.phone.ringing
    assert far.status() == 180
    return far, call


def answered(body: bytes = ANSWER) -> tuple[FarEnd, PhoneCall, Response]:
    far, call = rung(body)
    far.carry(far.phone.answer(far.now, call))
    (response,) = far.take()
    assert isinstance(response, Response)
    return far, call, response


def test_it_rings_and_shows_who_calls() -> None:
    far, call = rung()
    assert (call.state, call.caller, call.call_id) == (
        "ringing", "sip:reception@acme.sip.twilio.com", "ring-1",
    )  # fmt: skip
    assert ("X-Table", "12") in call.headers
    assert far.told() == ["called"]


def test_it_answers_and_either_side_hangs_up() -> None:
    far, call, response = answered()
    assert (response.status, response.content_type) == (200, "application/sdp")
    assert b"m=audio 40000 RTP/AVP 0 101" in response.body
    assert any(isinstance(each, ConnectMedia) for each in far.media)
    far.feed(build("ACK", tag=response.to.tag or ""))
    far.wait(40.0)
    assert far.take() == []
    assert (call.state, call.responses) == ("answered", [180, 200])
    far.hang_up(call)
    assert far.request("BYE").to.tag == "far"
    assert (call.state, call.ended_by) == ("ended", "us")


def test_it_hangs_up_only_when_its_200_is_acknowledged() -> None:
    # RFC 3261 section 15: no BYE before the ACK, or before it is given up.
    far, call, response = answered()
    far.hang_up(call)
    assert (far.take(), call.state) == ([], "answered")
    far.feed(build("ACK", tag=response.to.tag or ""))
    assert far.request("BYE").to.tag == "far"
    assert (call.state, call.ended_by, far.events[-1].detail) == ("ended", "us", "BYE sent")


def test_it_hangs_up_without_an_ack_when_that_is_given_up() -> None:
    far, call, _ = answered()
    far.hang_up(call)
    far.wait(31.9)
    assert far.times("BYE") == []
    far.wait(32.0)
    assert (far.times("BYE"), call.state) == ([32.0], "failed")


def test_the_caller_hangs_up() -> None:
    far, call, response = answered()
    far.feed(build("ACK", tag=response.to.tag or ""))
    far.feed(build("BYE", 2, tag=response.to.tag or ""))
    assert far.status() == 200
    assert (call.state, call.ended_by) == ("ended", "them")
    assert isinstance(far.media[-1], CloseMedia)


def test_a_200_is_sent_again_until_its_ack_and_given_up_after_32_seconds() -> None:
    far, call, _ = answered()
    far.wait(1.6)
    assert [each.status for each in far.take() if isinstance(each, Response)] == [200, 200]
    far.wait(32.0)
    assert far.take()[-1].cseq.method == "BYE"
    assert call.state == "failed"


def test_an_invite_without_an_offer_is_given_one_and_the_ack_answers() -> None:
    far, _, response = answered(b"")
    assert b"m=audio 40000 RTP/AVP 0 8 101" in response.body
    assert not any(isinstance(each, ConnectMedia) for each in far.media)
    far.feed(build("ACK", 1, SDP, body=ANSWER, tag=response.to.tag or ""))
    assert any(isinstance(each, ConnectMedia) for each in far.media)


def test_it_refuses_with_a_status() -> None:
    far, call = rung()
    far.carry(far.phone.refuse(far.now, call, 486))
    assert far.status() == 486
    assert (call.state, call.ended_by, call.final_status) == ("refused", "us", 486)
    assert far.phone.ringing == []


def test_hanging_up_on_a_call_that_rings_refuses_it() -> None:
    far, call = rung()
    far.hang_up(call)
    assert far.status() == 480


def test_the_caller_cancels() -> None:
    far, call = rung()
    far.feed(build("CANCEL"))
    assert [each.status for each in far.take() if isinstance(each, Response)] == [200, 487]
    assert (call.state, call.ended_by) == ("refused", "them")


def test_nobody_answers() -> None:
    far, call = rung()
    far.wait(179.9)
    assert far.take() == []
    far.wait(180.0)
    assert far.status() == 480
    assert call.state == "refused"


def test_an_offer_that_it_cannot_take_is_refused_when_it_answers() -> None:
    far, call = rung(ANSWER.replace(b"AVP 0 101", b"AVP 18").replace(b"rtpmap:0 PCMU", b"rtpmap:18 G729"))
    far.carry(far.phone.answer(far.now, call))
    assert far.status() == 488
    assert call.state == "refused"


def test_only_what_rings_can_be_answered_or_refused() -> None:
    far, call, _ = answered()
    with pytest.raises(LocalProtocolError):
        far.phone.answer(far.now, call)
    with pytest.raises(LocalProtocolError):
        far.phone.refuse(far.now, call, 486)


def test_nothing_is_left_of_a_call() -> None:
    far, call, response = answered()
    far.feed(build("ACK", tag=response.to.tag or ""))
    far.hang_up(call)
    far.reply(far.request("BYE"), 200, tag="")
    far.wait(400.0)
    assert far.phone.census == (0, 0, 0, 0, 0)
