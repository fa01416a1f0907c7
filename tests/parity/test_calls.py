"""A call from its answer to its end: ACK, holds, time limits, CANCEL."""

from __future__ import annotations

import pytest

from harness.journal import Alert, CallChanged, Decision
from harness.media.outputs import CloseMedia, ConnectMedia, MediaOpened, RtpIgnored
from harness.sip.outputs import Address
from harness.twilio.http import HttpFailure
from harness.twilio.profile import Profile
from tests.unit.twilio.bench import BOTH, LONG, RTP, SDP, Bench, Caller, Make, flow, page


def talking(make: Make, profile: Profile) -> Caller:
    """Return a caller in a call that says nothing."""
    bench = make(profile)
    bench.domain()
    bench.pages["/voice"] = page(LONG)
    alice = Caller(bench, flow())
    alice.talk()
    return alice


@pytest.mark.rule("no-ack")
@BOTH
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_200_without_its_ack_is_sent_again_and_given_up_after_32_seconds(
    make: Make, profile: Profile, transport: str
) -> None:
    bench = make(profile)
    bench.domain()
    bench.pages["/voice"] = page(LONG)
    alice = Caller(bench, flow(transport=transport))
    alice.dial()
    bench.wait(40.0)
    oks = [at for at, _, data in bench.sent if data.startswith(b"SIP/2.0 200") and b"INVITE\r\n" in data]
    assert oks == [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    bye_at = next(at for at, _, data in bench.sent if data.startswith(b"BYE "))
    assert bye_at == 32.0
    (alert,) = bench.journal(Alert)
    assert (alert.code, alert.level, alert.at) == (32022, "error", 32.0)
    assert bench.record.status == "completed"


@pytest.mark.rule("time-limit")
@BOTH
def test_a_call_ends_after_four_hours(make: Make, profile: Profile) -> None:
    alice = talking(make, profile)
    bench = alice.bench
    bench.wait(14_399.9)
    assert bench.take() == []
    bench.wait(0.1)
    alice.agree()
    assert bench.alerts == [32015]
    assert bench.record.duration == 14_400


def direction(sdp: bytes, word: str) -> bytes:
    """Return a session description in another direction."""
    return sdp.replace(b"sendrecv", word.encode())


@pytest.mark.rule("rtp-remote")
@BOTH
def test_rtp_of_a_stranger_is_noted_in_the_call(make: Make, profile: Profile) -> None:
    bench = talking(make, profile).bench
    (connected,) = [each for each in bench.media if isinstance(each, ConnectMedia)]
    assert connected.signalling == "127.0.0.10"
    told = RtpIgnored(bench.record.sid, Address("127.0.0.66", 9000), 50, RTP)
    bench.tell(told)
    noted = bench.journal(Decision)[-1]
    assert (noted.check, noted.outcome, noted.reason) == ("media", "noted", "rtp-ignored")
    assert noted.got == "RTP from 127.0.0.66:9000, 50 packets ignored"
    assert noted.wanted == f"{RTP}, as the session description says"
    assert noted.call_id == bench.record.sip_call_id


@pytest.mark.rule("re-invite")
@BOTH
def test_hold_and_resume(make: Make, profile: Profile) -> None:
    alice = talking(make, profile)
    bench = alice.bench
    seen = []
    for word in ("sendonly", "inactive", "sendrecv"):
        alice.invite(body=direction(SDP, word))
        response = bench.response(200)
        alice.ack(response)
        agreed = bench.media[-1]
        assert isinstance(agreed, ConnectMedia)
        answered = response.body.decode().rstrip().rpartition("a=")[2]
        seen.append((answered, agreed.sending, agreed.receiving))
    assert seen == [("recvonly", False, True), ("inactive", False, False), ("sendrecv", True, True)]
    assert bench.record.status == "in-progress"
    assert len(bench.asks) == 1


@pytest.mark.rule("re-invite")
def test_another_address_and_codec_are_taken_up(make: Make, bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    alice.talk()
    moved = SDP.replace(b"127.0.0.10", b"127.0.0.11").replace(b"40000 RTP/AVP 0", b"41000 RTP/AVP 8")
    alice.invite(body=moved.replace(b"0 PCMU", b"8 PCMA"))
    response = bench.response(200)
    alice.ack(response)
    agreed = bench.media[-1]
    assert isinstance(agreed, ConnectMedia)
    assert (agreed.remote, agreed.codec, agreed.payload_type) == (Address("127.0.0.11", 41_000), "PCMA", 8)
    first = next(data for _, _, data in bench.sent if data.startswith(b"SIP/2.0 200"))
    versions = [data.partition(b"o=root ")[2].split(b" ")[:2] for data in (first, response.body)]
    assert versions[0][0] == versions[1][0]
    assert int(versions[1][1]) == int(versions[0][1]) + 1


@pytest.mark.rule("re-invite")
def test_an_invite_without_an_offer_is_given_one_and_its_ack_answers(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    alice.talk()
    alice.invite(body=b"")
    response = bench.response(200)
    assert b"m=audio 16384 RTP/AVP 0 8 101\r\n" in response.body
    assert b"\r\no=root " in response.body
    assert b"\r\ns=Twilio Media Gateway\r\n" in response.body
    alice.ack(response, body=direction(SDP, "recvonly"))
    agreed = bench.media[-1]
    assert isinstance(agreed, ConnectMedia)
    assert (agreed.sending, agreed.receiving, agreed.codec) == (True, False, "PCMU")
    alice.invite(body=b"")
    alice.ack(bench.response(200))
    assert bench.emulator.open_calls == 1


@pytest.mark.rule("re-invite")
def test_an_answer_that_cannot_be_agreed_to_ends_the_call(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    alice.talk()
    alice.invite(body=b"")
    alice.ack(bench.response(200), body=SDP.replace(b" 0 101", b" 18"))
    assert bench.alerts == [32102]
    alice.agree()


@pytest.mark.rule("re-invite")
@pytest.mark.parametrize(
    ("body", "reason", "error"),
    [
        (b"words", "bad-sdp", "32102 Bad SDP"),
        (
            SDP.replace(b"RTP/AVP", b"RTP/SAVP"),
            "secure-media-not-accepted",
            "32207 Secure media not accepted",
        ),
        (SDP.replace(b" 0 101", b" 18"), "bad-sdp", "32102 Bad SDP"),
    ],
)
def test_an_offer_that_cannot_be_agreed_to_is_refused_with_the_reason_and_changes_nothing(
    bench: Bench, alice: Caller, body: bytes, reason: str, error: str
) -> None:
    bench.pages["/voice"] = page(LONG)
    alice.talk()
    alice.invite(body=body)
    assert bench.response(488).require("x-twilio-error") == error
    assert bench.refusal.reason == reason
    assert sum(isinstance(each, ConnectMedia) for each in bench.media) == 1
    assert alice.bye().status == 200


@pytest.mark.rule("cancel")
@BOTH
@pytest.mark.parametrize("state", ["webhook", "paused", "port"])
def test_a_caller_who_gives_up_leaves_a_call_that_was_not_answered(
    make: Make, profile: Profile, state: str
) -> None:
    bench = make(profile)
    bench.domain()
    bench.pages["/voice"] = {
        "webhook": None, "paused": page('<Response><Pause length="60"/></Response>'), "port": page(LONG)
    }[state]  # fmt: skip
    alice = Caller(bench, flow())
    bench.open_port = None
    invite = alice.dial()
    bench.take()
    alice.cancel(invite)
    cancelled, terminated = bench.take()
    assert [cancelled.cseq.method, terminated.cseq.method] == ["CANCEL", "INVITE"]
    assert bench.sent[-1][2].startswith(b"SIP/2.0 487 Request Terminated\r\n")
    assert cancelled.to.tag == terminated.to.tag
    assert bench.record.status == "no-answer"
    assert [each.status for each in bench.journal(CallChanged)] == ["ringing", "no-answer"]
    assert sum(isinstance(each, CloseMedia) for each in bench.media) == (1 if state == "port" else 0)
    for ask in list(bench.waiting):
        bench.answer(ask, HttpFailure("timeout", "too late"))
    bench.tell(MediaOpened(bench.record.sid, RTP))
    assert bench.take() == []
    assert bench.alerts == []
