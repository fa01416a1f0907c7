"""An answered call: BYE both ways, re-INVITE, UPDATE, keys, and requests that belong to nothing."""

from __future__ import annotations

import pytest

from sipdomain.errors import LocalProtocolError
from sipdomain.media.agreement import Agreement
from sipdomain.media.outputs import CloseMedia, ConnectMedia, DtmfReceived, OpenMedia, SendDtmf
from sipdomain.media.sdes import SUITES, Crypto, MasterKey
from sipdomain.media.sdp import SessionDescription
from sipdomain.sip.codec import parse
from sipdomain.sip.digest import Credentials
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address
from tests.unit.phone.far_end import ANSWER, CONTACT, SDP, FarEnd, challenge

PEER = Address("127.0.0.1", 10_000)
HELD = ANSWER.replace(b"a=sendrecv", b"a=sendonly").replace(b"o=root 1 1", b"o=root 1 2")


def response_of(far: FarEnd) -> Response:
    (message,) = far.take()
    assert isinstance(message, Response)
    return message


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


CLOUD_KEY = MasterKey(SUITES[1], b"c" * 30)
SECURE_ANSWER = ANSWER.replace(b"RTP/AVP", b"RTP/SAVP") + f"a=crypto:{Crypto('2', CLOUD_KEY)}\r\n".encode()


def offered_keys(invite: Request) -> list[Crypto]:
    (audio,) = SessionDescription.parse(invite.body).media
    assert audio.protocol == "RTP/SAVP"
    return [Crypto.parse(line) for line in audio.attributes("crypto")]


def test_a_secure_phone_offers_both_suites_and_takes_the_one_that_is_answered() -> None:
    far = FarEnd(srtp=True)
    far.dial()
    invite = far.request("INVITE")
    first, second = offered_keys(invite)
    far.answer(invite, body=SECURE_ANSWER)
    connected = far.media[-1]

    assert far.media[0] == OpenMedia("alice-1", "127.0.0.10", secure=True)
    assert [(each.tag, each.key.suite) for each in (first, second)] == [("1", SUITES[0]), ("2", SUITES[1])]
    assert isinstance(connected, ConnectMedia)
    assert (connected.agreement.local_key, connected.agreement.remote_key) == (second.key, CLOUD_KEY)


def test_each_call_of_a_secure_phone_has_keys_of_its_own() -> None:
    far = FarEnd(srtp=True)
    far.dial()
    before = offered_keys(far.request("INVITE"))
    far.dial()

    assert {each.key for each in before} & {each.key for each in offered_keys(far.request("INVITE"))} == set()


@pytest.mark.parametrize(
    "body", [ANSWER, ANSWER.replace(b"RTP/AVP", b"RTP/SAVP"), SECURE_ANSWER.replace(b":2 AES", b":1 AES")]
)
def test_an_answer_without_the_offered_protection_ends_the_call(body: bytes) -> None:
    far = FarEnd(srtp=True)
    call = far.dial()
    far.answer(far.request("INVITE"), body=body)
    ack, bye = far.take()

    assert (ack.cseq.method, bye.cseq.method, call.state) == ("ACK", "BYE", "failed")
    assert not any(isinstance(each, ConnectMedia) for each in far.media)


def test_a_secure_phone_holds_and_resumes_with_its_key_and_takes_a_new_one_of_the_peer() -> None:
    far = FarEnd(srtp=True)
    call = far.dial()
    invite = far.request("INVITE")
    far.answer(invite, body=SECURE_ANSWER)
    far.request("ACK")
    connected = far.media[-1]
    assert isinstance(connected, ConnectMedia)
    again = MasterKey(SUITES[1], b"d" * 30)
    for number, body in enumerate(
        (
            SECURE_ANSWER.replace(b"a=sendrecv", b"a=sendonly"),
            ANSWER.replace(b"RTP/AVP", b"RTP/SAVP")
            + f"a=crypto:5 {str(Crypto('5', again))[2:]}\r\n".encode(),
        ),
        start=2,
    ):
        far.ask("INVITE", call, invite, number, CONTACT, SDP, body=body)
        (audio,) = SessionDescription.parse(response_of(far).body).media
        far.ask("ACK", call, invite, number)
        (line,) = audio.attributes("crypto")
        assert Crypto.parse(line).key == connected.agreement.local_key
    last = far.media[-1]

    assert isinstance(last, ConnectMedia)
    assert (last.agreement.remote_key, last.agreement.sending) == (again, True)
