"""Calls that the REST API makes."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from sipdomain.media.outputs import CloseMedia, ConnectMedia, SendDtmf, StartPlayback
from sipdomain.media.prompts import Speech
from sipdomain.sip.digest import Challenge, Credentials, verify
from sipdomain.sip.message import Request
from sipdomain.twilio.fidelity.profile import Profile
from tests.parity.ordered_calls import TO, VOICE, Phone, ordered, told
from tests.unit.twilio.bench import ACCOUNT, BOTH, LONG, SDP
from tests.unit.twilio.caller import Make
from tests.unit.twilio.pages import page


@pytest.mark.rule("outbound-invite")
@BOTH
def test_the_invite_looks_like_the_services(make: Make, profile: Profile) -> None:
    bench = make(profile)
    record, bob = ordered(bench)
    invite = bob.invite
    assert (record["status"], record["direction"], record["to"]) == ("queued", "outbound-api", TO)
    assert invite.target == TO
    assert bench.sent[0][1] == bob.way
    assert invite.require("from").startswith("<sip:+15551230000@sip.twilio.com>;tag=")
    assert invite.require("to") == "<sip:bob@127.0.0.20:5080>"
    name, _, host = invite.call_id.partition("@")
    assert (len(name), set(name) - set("0123456789abcdef"), host) == (32, set(), "0.0.0.0")
    assert invite.require("x-twilio-accountsid") == ACCOUNT
    assert invite.require("x-twilio-callsid") == record["sid"]
    assert invite.require("user-agent") == "Twilio Gateway"
    assert b"m=audio 16384 RTP/AVP 0 8 101" in invite.body


@pytest.mark.rule("outbound-progress", "call-statuses", "outbound-response-code")
@BOTH
def test_callbacks_of_a_call_go_from_initiated_to_completed(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.pages["/voice"] = page(LONG)
    record, bob = ordered(bench, StatusCallbackEvent="initiated ringing answered completed")
    bob.respond(100)
    bob.respond(183)
    bob.respond(180)
    bob.answer()
    (ask,) = bench.asked("voice")
    assert ask.parameters == {
        "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "CallSid": record["sid"], "CallStatus": "in-progress",
        "Called": TO, "Caller": "+15551230000", "Direction": "outbound-api",
        "From": "+15551230000", "SipCallId": bob.invite.call_id, "To": TO,
    }  # fmt: skip
    assert any(isinstance(each, ConnectMedia) for each in bench.media)
    bench.wait(7.0)
    bob.bye()
    assert told(bench) == ["initiated", "ringing", "in-progress", "completed"]
    last = bench.asked("status")[-1].parameters
    assert (last["CallDuration"], last["SequenceNumber"], last["SipResponseCode"]) == ("7", "3", "200")
    assert (bench.record.status, bench.record.duration) == ("completed", 7)


@pytest.mark.rule("outbound-progress")
@BOTH
@pytest.mark.parametrize(
    ("from_", "to", "caller"),
    [
        ("Jack", TO, "sip:Jack@sip.twilio.com"),
        ("client:bob", TO, "sip:client%3Abob@sip.twilio.com"),
        ("sip:desk@pbx.example.com:5070;transport=tcp", TO, "sip:desk@pbx.example.com:5070;transport=tcp"),
        ("+15551230000", f"{TO}?X-Order=7&X-Vip=yes", "sip:+15551230000@sip.twilio.com"),
        ("reception", f"{TO};transport=udp", "sip:reception@sip.twilio.com"),
    ],
)
def test_a_call_keeps_from_and_to_as_they_were_given(
    make: Make, profile: Profile, from_: str, to: str, caller: str
) -> None:
    bench = make(profile)
    bench.pages["/voice"] = page(LONG)
    record, bob = ordered(bench, From=from_, To=to)
    assert (record["from"], record["to"], record["status"]) == (from_, to, "queued")
    assert bob.invite.require("from").startswith(f"<{caller}>;tag=")
    bob.answer()
    (ask,) = bench.asked("voice")
    told = [ask.parameters[name] for name in ("From", "Caller", "To", "Called")]
    assert told == [from_, from_, to, to]
    other = bench.post("/Calls.json", 201, From="other", To="sip:carol@127.0.0.21", Url=VOICE)
    for query in ({"From": from_}, {"To": to}, {"From": from_, "To": to, "Status": "in-progress"}):
        found = bench.read(f"/Calls.json?{urlencode(query)}")["calls"]
        assert [(each["sid"], each["from"], each["to"]) for each in found] == [(record["sid"], from_, to)]
    assert bench.read(f"/Calls.json?{urlencode({'From': caller})}")["calls"] == [] or caller == from_
    assert [each["sid"] for each in bench.read("/Calls.json?From=other")["calls"]] == [other["sid"]]


@pytest.mark.rule("outbound-progress")
@BOTH
def test_without_a_choice_only_the_end_is_reported(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.pages["/voice"] = page("<Response><Hangup/></Response>")
    _, bob = ordered(bench)
    bob.respond(180)
    bob.respond(200, body=SDP)
    assert [each.method for each in bench.take() if isinstance(each, Request)] == ["ACK", "BYE"]
    assert told(bench) == ["completed"]


@pytest.mark.rule("outbound-progress")
@BOTH
def test_a_url_beats_a_document_in_the_order_too(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.pages["/voice"] = page(LONG)
    _, bob = ordered(bench, Twiml="<Response><Say>Not this</Say></Response>")
    bob.answer()
    assert bench.alerts == [32019]
    assert len(bench.asked("voice")) == 1


@pytest.mark.rule(
    "outbound-end", "call-statuses", "outbound-response-code", "outbound-failure", "outbound-unavailable"
)
@BOTH
@pytest.mark.parametrize(
    ("status", "ended", "alerts"),
    [
        (486, "busy", []), (600, "busy", []), (480, "failed", []), (603, "no-answer", []),
        (404, "failed", []), (302, "failed", [32219]), (503, "failed", [32011]),
    ],
)  # fmt: skip
def test_a_refusal_ends_the_call(
    make: Make, profile: Profile, status: int, ended: str, alerts: list[int]
) -> None:
    bench = make(profile)
    _, bob = ordered(bench)
    bob.respond(status)
    assert bench.request("ACK").cseq.number == 1
    assert bench.record.status == ended
    assert bench.alerts == alerts
    (ask,) = bench.asked("status")
    assert (ask.parameters["CallStatus"], ask.parameters["SipResponseCode"]) == (ended, str(status))
    assert bench.asked("voice") == []
    assert isinstance(bench.media[-1], CloseMedia)


@pytest.mark.rule("outbound-end")
@BOTH
def test_a_phone_that_never_answers_is_given_up_after_32_seconds(make: Make, profile: Profile) -> None:
    bench = make(profile)
    ordered(bench)
    bench.wait(31.9)
    assert bench.record.status == "queued"
    bench.wait(0.1)
    assert (bench.record.status, bench.alerts) == ("no-answer", [32011])


@pytest.mark.rule("outbound-timeout")
@BOTH
@pytest.mark.parametrize(("form", "timeout"), [({}, 60.0), ({"Timeout": "5"}, 5.0)])
def test_a_phone_rings_for_so_long(
    make: Make, profile: Profile, form: dict[str, str], timeout: float
) -> None:
    bench = make(profile)
    _, bob = ordered(bench, **form)
    bob.respond(180)
    bench.wait(timeout - 0.1)
    assert bench.take() == []
    bench.wait(0.1)
    assert bench.request("CANCEL").call_id == bob.invite.call_id
    assert bench.record.status == "no-answer"


@pytest.mark.rule("outbound-timeout")
@BOTH
def test_who_answers_while_being_cancelled_is_hung_up_on(make: Make, profile: Profile) -> None:
    bench = make(profile)
    _, bob = ordered(bench, Timeout="5")
    bob.respond(180)
    bench.wait(5.0)
    bench.request("CANCEL")
    bob.respond(200, body=SDP)
    assert [each.method for each in bench.take() if isinstance(each, Request)] == ["ACK", "BYE"]
    assert bench.record.status == "no-answer"
    assert bench.asked("voice") == []


@pytest.mark.rule("outbound-digest")
@BOTH
@pytest.mark.parametrize(
    ("status", "asks", "answers"),
    [(401, "WWW-Authenticate", "authorization"), (407, "Proxy-Authenticate", "proxy-authorization")],
)
def test_a_challenge_is_answered_once(
    make: Make, profile: Profile, status: int, asks: str, answers: str
) -> None:
    bench = make(profile)
    _, bob = ordered(bench, SipAuthUsername="cloud", SipAuthPassword="Open-Sesame-1")
    challenge = Challenge("pbx", "n1", qop=("auth",))
    bob.respond(status, (asks, str(challenge)))
    ack, invite = bench.take()
    assert isinstance(ack, Request)
    assert isinstance(invite, Request)
    assert (ack.method, invite.method, invite.cseq.number) == ("ACK", "INVITE", 2)
    given = Credentials.parse(invite.require(answers))
    assert (given.username, given.uri) == ("cloud", TO)
    # MD5 of cloud:pbx:Open-Sesame-1
    assert verify("c6b2c9501d7cb5e9d17b4a1403b5ca1d", "INVITE", given)
    again = Phone(bench, invite, tag="b2")
    again.respond(status, (asks, str(challenge)))
    assert bench.request("ACK").cseq.number == 2
    assert bench.record.status == "failed"


@pytest.mark.rule("outbound-headers")
@BOTH
def test_header_fields_go_out_with_the_uri_and_come_in_with_the_answer(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.pages["/voice"] = page(LONG)
    _, bob = ordered(bench, To=f"{TO}?X-Order=id%3D7&User-to-User=12%3Bencoding%3Dhex&Subject=no")
    assert (bob.invite.require("x-order"), bob.invite.require("user-to-user")) == ("id=7", "12;encoding=hex")
    assert bob.invite.headers.get("subject") is None
    assert bob.invite.target == TO
    bob.answer(("X-Agent", "b=1"), ("Subject", "no"))
    (ask,) = bench.asked("voice")
    assert {k: v for k, v in ask.parameters.items() if k.startswith("SipHeader_")} == {
        "SipHeader_X-Agent": "b=1"
    }


@pytest.mark.rule("send-digits", "send-digits-first")
@BOTH
def test_keys_are_pressed_before_the_document(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.pages["/voice"] = page(LONG)
    _, bob = ordered(bench, SendDigits="1w2#")
    bob.answer()
    assert [each.keys for each in bench.media if isinstance(each, SendDtmf)] == ["1"]
    bench.wait(0.69)
    assert [each.keys for each in bench.media if isinstance(each, SendDtmf)] == ["1"]
    assert bench.asked("voice") == []
    bench.wait(0.5)
    assert [each.keys for each in bench.media if isinstance(each, SendDtmf)] == ["1", "2", "#"]
    assert len(bench.asked("voice")) == 1


@pytest.mark.rule("send-digits")
@BOTH
def test_another_document_takes_the_place_of_keys_not_yet_pressed(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.pages["/voice"] = page(LONG)
    record, bob = ordered(bench, SendDigits="WWW1")
    bob.answer()
    bench.wait(1.5)
    bench.post(
        f"/Calls/{record['sid']}.json", Twiml='<Response><Say>Instead</Say><Pause length="60"/></Response>'
    )
    bench.wait(10.0)
    assert [each for each in bench.media if isinstance(each, SendDtmf)] == []
    assert [each.prompt for each in bench.media if isinstance(each, StartPlayback)] == [Speech("Instead")]
    assert bench.asked("voice") == []
