"""Hold and resume: the re-INVITE, its answer, glare, and what a refusal leaves standing."""

from __future__ import annotations

import pytest

from sipdomain.errors import LocalProtocolError
from sipdomain.media.outputs import ConnectMedia
from sipdomain.media.sdp import SessionDescription
from sipdomain.phone import PhoneCall
from sipdomain.sip.digest import Credentials
from sipdomain.sip.message import Request, Response
from tests.unit.phone.far_end import ANSWER, CONTACT, SDP, FarEnd, challenge
from tests.unit.phone.test_called import answered, build

RECVONLY = ANSWER.replace(b"a=sendrecv", b"a=recvonly").replace(b"o=root 1 1", b"o=root 1 2")
INACTIVE = ANSWER.replace(b"a=sendrecv", b"a=inactive").replace(b"o=root 1 1", b"o=root 1 2")


def hold(far: FarEnd, call: PhoneCall, *, inactive: bool = False) -> Request:
    """Have the phone hold a call; return its re-INVITE."""
    far.carry(far.phone.hold(far.now, call, inactive=inactive))
    return far.request("INVITE")


def held(far: FarEnd, call: PhoneCall) -> None:
    far.reply(hold(far, call), 200, CONTACT, SDP, body=RECVONLY)
    far.request("ACK")


def next_invite(far: FarEnd) -> Request:
    """Let time pass until the phone sends something; return that, an INVITE."""
    count = len(far.sends)
    while len(far.sends) == count:
        assert far.phone.deadline is not None
        far.wait(far.phone.deadline)
    return far.request("INVITE")


def direction(request: Request | Response) -> str | None:
    return SessionDescription.parse(request.body).media[0].direction


def origin(request: Request) -> list[str]:
    return SessionDescription.parse(request.body).lines[1][1].split()


def may(far: FarEnd) -> tuple[bool, bool]:
    """Whether the phone may send and receive, by what the media side was told last."""
    last = [each for each in far.media if isinstance(each, ConnectMedia)][-1].agreement
    return last.sending, last.receiving


@pytest.mark.parametrize(
    ("inactive", "offered", "answer", "allowed"),
    [(False, "sendonly", RECVONLY, (True, False)), (True, "inactive", INACTIVE, (False, False))],
)
def test_a_hold_is_a_reinvite_that_restricts_the_audio(
    inactive: bool, offered: str, answer: bytes, allowed: tuple[bool, bool]
) -> None:
    far = FarEnd()
    call, first = far.talk()
    invite = hold(far, call, inactive=inactive)
    assert (invite.cseq.number, invite.to.tag, direction(invite)) == (2, "far", offered)
    before, after = origin(first), origin(invite)
    assert after == [*before[:2], str(int(before[2]) + 1), *before[3:]]
    assert call.hold == "holding"
    far.reply(invite, 200, CONTACT, SDP, body=answer)
    ack = far.request("ACK")
    assert (ack.cseq.number, ack.body) == (2, b"")
    assert (call.hold, call.hold_refusal, may(far)) == ("held", 0, allowed)


def test_resuming_offers_both_directions_again_in_a_version_one_higher() -> None:
    far = FarEnd()
    call, first = far.talk()
    held(far, call)
    far.carry(far.phone.resume(far.now, call))
    invite = far.request("INVITE")
    assert (invite.cseq.number, direction(invite)) == (3, "sendrecv")
    assert int(origin(invite)[2]) == int(origin(first)[2]) + 2
    assert call.hold == "resuming"
    far.answer(invite)
    far.request("ACK")
    assert (call.hold, may(far)) == ("", (True, True))


def test_the_ack_of_a_hold_is_sent_again_when_its_200_comes_again() -> None:
    far = FarEnd()
    call, _ = far.talk()
    answer = far.reply(hold(far, call), 200, CONTACT, SDP, body=RECVONLY)
    ack = far.request("ACK")
    far.feed(answer)
    assert bytes(far.request("ACK")) == bytes(ack)


def test_a_call_whose_answer_to_a_hold_agrees_on_nothing_is_hung_up() -> None:
    far = FarEnd()
    call, _ = far.talk()
    far.reply(hold(far, call), 200, CONTACT, SDP, body=RECVONLY.replace(b"audio 10000", b"audio 0"))
    ack, bye = far.take()
    assert isinstance(ack, Request)
    assert isinstance(bye, Request)
    assert (ack.method, bye.method, call.state) == ("ACK", "BYE", "failed")


def test_a_refused_hold_leaves_the_call_as_it_was() -> None:
    far = FarEnd()
    call, _ = far.talk()
    far.reply(hold(far, call), 488)
    far.request("ACK")
    assert (call.hold, call.hold_refusal, call.state, may(far)) == ("", 488, "answered", (True, True))
    held(far, call)
    assert (call.hold, call.hold_refusal) == ("held", 0)


def test_a_refused_resume_leaves_the_call_on_hold() -> None:
    far = FarEnd()
    call, invite = far.talk()
    held(far, call)
    far.carry(far.phone.resume(far.now, call))
    far.reply(far.request("INVITE"), 500)
    far.request("ACK")
    assert (call.hold, call.hold_refusal) == ("held", 500)
    offer = ANSWER.replace(b"o=root 1 1", b"o=root 1 3")
    far.ask("UPDATE", call, invite, 1, SDP, CONTACT, body=offer)
    (answer,) = far.take()
    assert isinstance(answer, Response)
    assert direction(answer) == "sendonly"


def test_the_peers_offers_are_answered_as_long_as_it_lasts_with_the_hold() -> None:
    far = FarEnd()
    call, invite = far.talk()
    held(far, call)
    offer = ANSWER.replace(b"o=root 1 1", b"o=root 1 3")
    far.ask("INVITE", call, invite, 1, SDP, CONTACT, body=offer)
    (answer,) = far.take()
    assert isinstance(answer, Response)
    assert (answer.status, direction(answer), may(far)) == (200, "sendonly", (True, False))


@pytest.mark.parametrize("status", [408, 481])
def test_a_hold_that_shows_that_the_peer_has_no_such_dialog_ends_the_call(status: int) -> None:
    far = FarEnd()
    call, _ = far.talk()
    far.reply(hold(far, call), status)
    _, bye = far.take()
    assert isinstance(bye, Request)
    assert (bye.method, call.state, call.hold_refusal) == ("BYE", "failed", status)


def test_a_hold_without_any_answer_ends_the_call_after_32_seconds() -> None:
    far = FarEnd()
    call, _ = far.talk()
    hold(far, call)
    far.wait(31.9)
    assert call.state == "answered"
    far.wait(40.0)
    assert (call.state, call.ended_at, far.times("BYE")[0]) == ("failed", 32.0, 32.0)


def test_a_challenged_hold_is_sent_again_with_credentials() -> None:
    far = FarEnd()
    call, _ = far.talk()
    far.reply(hold(far, call), 407, challenge("N1"))
    _, again = far.take()
    assert isinstance(again, Request)
    assert (again.method, again.cseq.number, direction(again)) == ("INVITE", 3, "sendonly")
    assert Credentials.parse(again.require("proxy-authorization")).nonce == "N1"
    far.reply(again, 200, CONTACT, SDP, body=RECVONLY)
    ack = far.request("ACK")
    assert ack.headers.get("proxy-authorization") == again.headers.get("proxy-authorization")
    assert (call.hold, call.responses) == ("held", [200])


def test_a_hold_that_meets_the_peers_invite_comes_again_after_the_pause_of_the_caller() -> None:
    far = FarEnd()
    call, _ = far.talk()
    first = hold(far, call)
    far.reply(first, 491)
    far.request("ACK")
    far.wait(2.0)
    assert far.take() == []
    again = next_invite(far)
    assert (again.cseq.number, direction(again), call.hold) == (3, "sendonly", "holding")
    assert 2.1 <= far.now <= 4.0
    far.reply(again, 200, CONTACT, SDP, body=RECVONLY)
    assert call.hold == "held"


def test_a_phone_that_was_called_pauses_at_most_two_seconds() -> None:
    far, call, response = answered()
    far.feed(build("ACK", tag=response.to.tag or ""))
    far.reply(hold(far, call), 491)
    far.request("ACK")
    assert direction(next_invite(far)) == "sendonly"
    assert far.now <= 2.0


def test_a_hold_that_always_meets_an_invite_is_given_up_after_five_times() -> None:
    far = FarEnd()
    call, _ = far.talk()
    far.reply(hold(far, call), 491)
    for _ in range(5):
        far.request("ACK")
        far.reply(next_invite(far), 491)
    assert (call.hold, call.hold_refusal, call.state) == ("", 491, "answered")
    far.wait(60.0)
    assert len(far.times("INVITE")) == 7


def test_between_two_tries_the_peers_invite_is_answered_and_during_one_it_is_not() -> None:
    far = FarEnd()
    call, invite = far.talk()
    first = hold(far, call)
    offer = ANSWER.replace(b"o=root 1 1", b"o=root 1 2")
    far.ask("INVITE", call, invite, 1, SDP, CONTACT, body=offer)
    assert far.status() == 491
    far.reply(first, 491)
    far.request("ACK")
    far.ask("INVITE", call, invite, 2, SDP, CONTACT, body=offer)
    (answer,) = far.take()
    assert isinstance(answer, Response)
    assert (answer.status, direction(answer)) == (200, "sendrecv")


def test_a_hold_waits_for_the_ack_of_the_peers_invite() -> None:
    far = FarEnd()
    call, invite = far.talk()
    offer = ANSWER.replace(b"o=root 1 1", b"o=root 1 2")
    far.ask("INVITE", call, invite, 1, SDP, CONTACT, body=offer)
    far.take()
    far.carry(far.phone.hold(far.now, call))
    assert far.take() == []
    far.ask("ACK", call, invite, 1)
    assert direction(next_invite(far)) == "sendonly"


def test_a_call_that_ends_meanwhile_is_not_held() -> None:
    far = FarEnd()
    call, _ = far.talk()
    invite = hold(far, call)
    far.hang_up(call)
    far.request("BYE")
    far.reply(invite, 200, CONTACT, SDP, body=RECVONLY)
    far.request("ACK")
    assert (call.state, call.hold) == ("ended", "holding")
    assert far.phone.hold(far.now, call) == []
    far.wait(100.0)
    assert far.phone.census == (0, 0, 0, 0, 0)


def test_only_an_answered_call_is_held_and_each_only_once() -> None:
    far = FarEnd()
    call = far.dial()
    with pytest.raises(LocalProtocolError, match="answered"):
        far.phone.hold(0.0, call)
    far.answer(far.request("INVITE"))
    far.request("ACK")
    with pytest.raises(LocalProtocolError, match="not on hold"):
        far.phone.resume(0.0, call)
    invite = hold(far, call)
    with pytest.raises(LocalProtocolError, match="under way"):
        far.phone.resume(0.0, call)
    far.reply(invite, 200, CONTACT, SDP, body=RECVONLY)
    with pytest.raises(LocalProtocolError, match="on hold already"):
        far.phone.hold(0.0, call)
