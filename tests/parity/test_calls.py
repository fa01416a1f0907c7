"""A call from its answer to its end: ACK, holds, time limits, CANCEL."""

from __future__ import annotations

import pytest

from sipdomain.entries import Alert, AudioMeasured, CallChanged, Decision
from sipdomain.media.outputs import (
    CloseMedia,
    ConnectMedia,
    MediaMeasured,
    MediaOpened,
    MediaSilent,
    OpenMedia,
    RtpIgnored,
)
from sipdomain.report.explain import explain
from sipdomain.sip.outputs import Address
from sipdomain.twilio.fidelity.profile import Profile
from sipdomain.twilio.webhooks.http import HttpFailure
from tests.unit.twilio.bench import BOTH, LONG, RTP, SDP, Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page


def talking(make: Make, profile: Profile, **settings: float) -> Caller:
    """Return a caller in a call that says nothing."""
    bench = make(profile, **settings)
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


@pytest.mark.rule("no-audio")
@BOTH
def test_a_call_whose_phone_sends_no_audio_is_ended(make: Make, profile: Profile) -> None:
    alice = talking(make, profile)
    bench = alice.bench
    bench.tell(MediaSilent(bench.record.sid, 300.0))
    alice.agree()
    (alert,) = bench.journal(Alert)
    assert (alert.code, alert.level) == (32014, "warning")
    assert alert.text == (
        "Call is terminated because of no audio received: no RTP came for 300 s, though the call was not on hold"
    )
    assert bench.record.status == "completed"
    bench.tell(MediaSilent(bench.record.sid, 300.0))
    assert len(bench.journal(Alert)) == 1


@pytest.mark.rule("no-audio-interval")
@BOTH
def test_silence_is_awaited_for_300_seconds_unless_set_otherwise(make: Make, profile: Profile) -> None:
    def asked(**settings: float) -> float:
        bench = talking(make, profile, **settings).bench
        (opened,) = (each for each in bench.media if isinstance(each, OpenMedia))
        return opened.silence

    assert [asked(), asked(audio_timeout=20.0), asked(audio_timeout=0.0)] == [300.0, 20.0, 0.0]


@pytest.mark.rule("methods")
@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("application/dtmf-relay", True),
        ("application/dtmf", True),
        ("Application/DTMF-Relay; charset=x", True),
        ("audio/telephone-event", True),
        ("application/media_control+xml", False),
    ],
)
def test_keys_by_info_are_reported_once_with_what_to_change(
    bench: Bench, alice: Caller, kind: str, told: bool
) -> None:
    alice.talk()
    for _ in range(3):
        alice.send(alice.build("INFO", ("Content-Type", kind)))
        assert bench.response(405).require("allow") == "INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY"
    decisions = [each for each in bench.journal(Decision) if each.method == "INFO"]
    if not told:
        assert [each.reason for each in decisions] == ["method-not-allowed"] * 3
        return
    assert len(decisions) == 1
    for each in decisions:
        assert (each.check, each.outcome, each.reason, each.wanted) == (
            "keys", "refused", "keys-by-info", "telephone-event in RTP",
        )  # fmt: skip
        assert each.got == f"INFO with {kind.partition(';')[0].lower()}"
        assert "dtmf_mode=rfc4733" in each.mend
    assert bench.record.status == "in-progress"


@pytest.mark.rule("methods")
def test_keys_by_info_outside_a_call_are_refused_like_each(bench: Bench, alice: Caller) -> None:
    assert alice.ask("INFO", ("Content-Type", "application/dtmf-relay")).status == 405
    assert [each.reason for each in bench.journal(Decision)] == ["method-not-allowed"]


@pytest.mark.rule("rtcp")
def test_how_the_audio_went_is_in_the_calls_evidence(bench: Bench, alice: Caller) -> None:
    alice.talk()
    measured = MediaMeasured(bench.record.sid, 250, 240, 3, 0.002, 1, 0.004, 0.03, 2)
    alice.bye()
    bench.tell(measured)
    assert bench.journal(AudioMeasured) == [
        AudioMeasured(
            at=bench.now, call_sid=bench.record.sid, call_id="call-1", sent=250, received=240, lost=3, jitter=0.002,
            remote_lost=1, remote_jitter=0.004, round_trip=0.03, reports=2,
        )
    ]  # fmt: skip
    assert explain([], bench.journal(AudioMeasured)) == (
        "afterwards  at 0.000 s\n"
        "  · RTP: 250 packets sent, 240 received, 3 lost, jitter 2.0 ms; "
        "the phone reported 1 lost, jitter 4.0 ms, round trip 30.0 ms\n"
    )


@pytest.mark.rule("rtcp-mux")
@pytest.mark.parametrize(
    ("line", "rtcp", "mux"),
    [
        (b"", None, False),
        (b"a=rtcp-mux\r\n", None, True),
        (b"a=rtcp:41000\r\n", Address("127.0.0.10", 41_000), False),
        (b"a=rtcp:41000 IN IP4 127.0.0.12\r\n", Address("127.0.0.12", 41_000), False),
        (b"a=rtcp:0\r\n", None, False),
        (b"a=rtcp:41000 IN IP4 phone.example\r\n", None, False),
        (b"a=rtcp:x\r\n", None, False),
        (b"a=rtcp:\r\n", None, False),
    ],
)
def test_where_reports_go_is_agreed_on(
    bench: Bench, alice: Caller, line: bytes, rtcp: Address | None, mux: bool
) -> None:
    proof = alice.prove(alice.challenge())
    alice.invite(proof, body=SDP + line)
    answer = bench.response(200)
    alice.ack(answer)
    (connected,) = (each for each in bench.media if isinstance(each, ConnectMedia))
    assert (connected.agreement.rtcp, connected.agreement.rtcp_mux) == (rtcp, mux)
    assert (b"\r\na=rtcp-mux\r\n" in answer.body) is mux


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
        seen.append((answered, agreed.agreement.sending, agreed.agreement.receiving))
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
    connected = bench.media[-1]
    assert isinstance(connected, ConnectMedia)
    agreed = connected.agreement
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
    assert (agreed.agreement.sending, agreed.agreement.receiving, agreed.agreement.codec) == (
        True,
        False,
        "PCMU",
    )
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
