"""Offers and answers within a call: by INVITE, by UPDATE, on hold and off."""

from __future__ import annotations

import pytest

from sipdomain.media.agreement import Agreement
from sipdomain.media.outputs import ConnectMedia
from sipdomain.sip.outputs import Address
from tests.unit.phone.far_end import ANSWER, CONTACT, SDP, FarEnd, response_of

PEER = Address("127.0.0.1", 10_000)
HELD = ANSWER.replace(b"a=sendrecv", b"a=sendonly").replace(b"o=root 1 1", b"o=root 1 2")


def test_a_reinvite_holds_and_another_resumes() -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.ask("INVITE", call, invite, 1, CONTACT, SDP, body=HELD)
    held = response_of(far)
    assert (held.status, held.content_type) == (200, "application/sdp")
    assert held.headers.get("contact") == "<sip:alice@127.0.0.10:5070;transport=udp>"
    assert b"a=recvonly\r\n" in held.body
    assert far.media[-1] == ConnectMedia(
        "alice-1", Agreement(PEER, 0, "PCMU", 101, sending=False, receiving=True)
    )
    far.ask("ACK", call, invite, 1)
    far.ask("INVITE", call, invite, 2, CONTACT, SDP, body=ANSWER.replace(b"o=root 1 1", b"o=root 1 3"))
    resumed = response_of(far)
    assert b"a=sendrecv\r\n" in resumed.body
    assert far.media[-1] == ConnectMedia("alice-1", Agreement(PEER, 0, "PCMU", 101))
    assert call.requests_received == ["INVITE", "INVITE"]
    assert [each.detail for each in far.events if each.event == "media changed"] == ["recvonly", "sendrecv"]


def test_session_descriptions_count_their_version_up_only_when_they_change() -> None:
    far = FarEnd()
    call = far.dial()
    invite = far.request("INVITE")
    far.answer(invite)
    far.request("ACK")
    origins = [invite.body.split(b"\r\n")[1]]
    for number, body in enumerate((HELD, HELD, ANSWER), start=1):
        far.ask("INVITE", call, invite, number, CONTACT, SDP, body=body)
        origins.append(response_of(far).body.split(b"\r\n")[1])
        far.ask("ACK", call, invite, number)
    words = [origin.split(b" ") for origin in origins]
    assert len({word[1] for word in words}) == 1
    first = int(words[0][2])
    assert [int(word[2]) - first for word in words] == [0, 1, 1, 2]


def test_its_answers_have_the_same_origin_as_its_offer_but_for_the_version() -> None:
    # RFC 3264 section 8.
    far = FarEnd()
    call = far.dial()
    invite = far.request("INVITE")
    far.answer(invite)
    far.request("ACK")
    offered = invite.body.split(b"\r\n")[1].split(b" ")
    far.ask("INVITE", call, invite, 1, CONTACT, SDP, body=HELD)
    answered = response_of(far).body.split(b"\r\n")[1].split(b" ")
    assert (offered[0], answered[0]) == (b"o=-", b"o=-")
    assert (offered[1], offered[3:]) == (answered[1], answered[3:])


def test_the_session_description_in_a_part_of_a_body_is_answered() -> None:
    far = FarEnd()
    call, invite = far.talk()
    parts = ("Content-Type", "multipart/mixed;boundary=x")
    body = b"--x\r\nContent-Type: application/sdp\r\n\r\n" + HELD + b"\r\n--x--\r\n"
    far.ask("INVITE", call, invite, 1, CONTACT, parts, body=body)
    held = response_of(far)
    assert (held.status, b"a=recvonly\r\n" in held.body) == (200, True)


def test_a_reinvite_refreshes_the_remote_target() -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.ask("INVITE", call, invite, 1, ("Contact", "<sip:new@10.0.0.8>"), SDP, body=HELD)
    far.ask("ACK", call, invite, 1)
    far.take()
    far.hang_up(call)
    assert far.request("BYE").target == "sip:new@10.0.0.8"


def test_a_reinvite_without_an_offer_gets_ours_and_the_ack_brings_the_answer() -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.ask("INVITE", call, invite, 1, CONTACT)
    assert b"m=audio 40000 RTP/AVP 0 8 101\r\n" in response_of(far).body
    far.ask("UPDATE", call, invite, 2, CONTACT, SDP, body=HELD)
    assert far.status() == 491
    far.ask("ACK", call, invite, 1, SDP, body=ANSWER.replace(b"10000", b"10002"))
    assert far.media[-1] == ConnectMedia("alice-1", Agreement(Address("127.0.0.1", 10_002), 0, "PCMU", 101))
    assert call.state == "answered"


def test_an_ack_that_brings_no_answer_to_our_offer_ends_the_call() -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.ask("INVITE", call, invite, 1, CONTACT)
    far.take()
    far.ask("ACK", call, invite, 1)
    far.request("BYE")
    assert (call.state, far.events[-1].detail) == ("failed", "no answer to our offer")


def test_our_200_is_sent_again_until_its_ack_comes() -> None:
    far = FarEnd("tcp")
    call, invite = far.talk()
    far.ask("INVITE", call, invite, 1, CONTACT, SDP, body=HELD)
    far.wait(4.0)
    far.ask("ACK", call, invite, 1)
    far.wait(60.0)
    copies = [at for at, _, data in far.sends if data.startswith(b"SIP/2.0 200")]
    assert (copies, call.state) == ([0.0, 0.5, 1.5, 3.5], "answered")


def test_without_an_ack_for_our_200_the_call_is_hung_up_after_32_seconds() -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.ask("INVITE", call, invite, 1, CONTACT, SDP, body=HELD)
    far.wait(32.0)
    copies = [at for at, _, data in far.sends if data.startswith(b"SIP/2.0 200")]
    assert copies == [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert far.times("BYE") == [32.0]
    assert (call.state, call.ended_at, far.events[-1].detail) == ("failed", 32.0, "no ACK for our 200")


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (ANSWER.replace(b"AVP 0 101", b"AVP 18 101"), "application/sdp", 488),
        (ANSWER.replace(b"RTP/AVP", b"RTP/SAVP"), "application/sdp", 488),
        (b"junk", "application/sdp", 488),
        (b"junk", "text/plain", 415),
    ],
)
def test_a_reinvite_that_cannot_be_met_is_refused_and_the_call_goes_on(
    body: bytes, content_type: str, status: int
) -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.ask("INVITE", call, invite, 1, CONTACT, ("Content-Type", content_type), body=body)
    assert far.status() == status
    assert (call.state, far.media[-1]) == (
        "answered",
        ConnectMedia("alice-1", Agreement(PEER, 0, "PCMU", 101)),
    )


def test_invites_that_cross_get_491() -> None:
    far = FarEnd()
    call = far.dial()
    invite = far.request("INVITE")
    far.reply(invite, 180, CONTACT)
    far.ask("INVITE", call, invite, 1, CONTACT, SDP, body=HELD)
    assert far.status() == 491
    far.answer(invite)
    far.request("ACK")
    far.ask("INVITE", call, invite, 2, CONTACT, SDP, body=HELD)
    assert far.status() == 200
    far.ask("INVITE", call, invite, 3, CONTACT, SDP, body=HELD)
    assert far.status() == 491


def test_update_changes_media_and_answers_without_an_ack() -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.ask("UPDATE", call, invite, 1, CONTACT, SDP, body=HELD)
    assert far.status() == 200
    assert far.media[-1] == ConnectMedia(
        "alice-1", Agreement(PEER, 0, "PCMU", 101, sending=False, receiving=True)
    )
    far.ask("UPDATE", call, invite, 2, CONTACT)
    empty = response_of(far)
    assert (empty.status, empty.body) == (200, b"")
    far.wait(60.0)
    assert (far.take(), call.state) == ([], "answered")


def test_update_with_an_offer_before_the_answer_gets_491() -> None:
    far = FarEnd()
    call = far.dial()
    invite = far.request("INVITE")
    far.reply(invite, 180, CONTACT)
    far.ask("UPDATE", call, invite, 1, CONTACT, SDP, body=HELD)
    assert far.status() == 491
