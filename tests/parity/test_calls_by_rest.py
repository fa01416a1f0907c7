"""Calls that the REST API makes and changes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from sipdomain.media.outputs import CloseMedia, ConnectMedia, SendDtmf, StartPlayback, StopPlayback
from sipdomain.media.prompts import Speech
from sipdomain.sip.digest import Challenge, Credentials, verify
from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.outputs import Address, Flow
from sipdomain.twilio.fidelity.profile import Profile
from tests.parity.test_registration import Device, register_many, registering
from tests.unit.twilio.bench import (
    ACCOUNT,
    ACME,
    BOTH,
    CLOUD,
    EPOCH,
    LONG,
    SDP,
    Bench,
    Caller,
    Make,
    flow,
    page,
)

BOB = Address("127.0.0.20", 5080)
TO = "sip:bob@127.0.0.20:5080"
VOICE = "http://app.test/voice"
STATUS = "http://app.test/status"


class Phone:
    """A phone that the cloud calls, as bytes."""

    def __init__(self, bench: Bench, invite: Request, at: Address = BOB, tag: str = "b1") -> None:
        self.bench = bench
        self.invite = invite
        self.way = Flow("udp", CLOUD, at)
        self.tag = tag

    def respond(self, status: int, *headers: tuple[str, str], body: bytes = b"", tag: str = "") -> Response:
        fields = [*headers, ("Contact", f"<sip:bob@{self.way.remote}>")]
        if body:
            fields.append(("Content-Type", "application/sdp"))
        response = respond(self.invite, status, tag=tag or self.tag, headers=fields, body=body)
        self.bench.receive(bytes(response), self.way)
        return response

    def answer(self, *headers: tuple[str, str]) -> Request:
        """Answer with 200, and return the ACK."""
        self.respond(200, *headers, body=SDP)
        (ack,) = (each for each in self.bench.take() if isinstance(each, Request))
        assert ack.method == "ACK"
        return ack

    def bye(self) -> Response:
        """Hang up."""
        at = self.way.remote
        fields = [
            ("Via", f"SIP/2.0/UDP {at};branch=z9hG4bKbye;rport"),
            ("Max-Forwards", "70"),
            *(("Route", route) for route in self.invite.headers.list("record-route")),
            ("From", f"{self.invite.require('to')};tag={self.tag}"),
            ("To", self.invite.require("from")),
            ("Call-ID", self.invite.call_id),
            ("CSeq", "1 BYE"),
        ]
        self.bench.receive(bytes(Request("BYE", "sip:cloud", fields)), self.way)
        return self.bench.response(200)


def ordered(bench: Bench, **more: str) -> tuple[dict[str, Any], Phone]:
    """Order a call to Bob; return its record, and his phone with the INVITE."""
    form = {"To": TO, "From": "+15551230000", "Url": VOICE, "StatusCallback": STATUS, **more}
    record = bench.post("/Calls.json", 201, **form)
    return record, Phone(bench, bench.request("INVITE"))


def told(bench: Bench) -> list[str]:
    return [ask.parameters["CallStatus"] for ask in bench.asked("status")]


# --- changes -----------------------------------------------------------------------------------------------


@pytest.mark.rule("call-update")
@BOTH
def test_a_call_in_progress_is_given_another_document(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain()
    bench.pages |= {"/voice": page(LONG), "/next": page("<Response><Say>Next</Say><Hangup/></Response>")}
    alice = Caller(bench, flow())
    alice.talk()
    sid = bench.record.sid
    answer = bench.post(f"/Calls/{sid}.json", Url="http://app.test/next", Method="GET")
    assert (answer["sid"], answer["status"]) == (sid, "in-progress")
    (ask,) = bench.asked("redirect")
    assert (ask.request.method, ask.path, ask.parameters["CallStatus"]) == ("GET", "/next", "in-progress")
    said = [each.prompt for each in bench.media if isinstance(each, StartPlayback)]
    assert said == [Speech("Welcome"), Speech("Next")]
    assert sum(isinstance(each, StopPlayback) for each in bench.media) == 1
    bench.wait(2.0)
    alice.agree()
    assert bench.record.status == "completed"


@pytest.mark.rule("call-update", "inline-twiml")
@BOTH
def test_a_document_may_come_with_the_change_and_a_url_beats_it(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain()
    bench.pages["/voice"] = page(LONG)
    Caller(bench, flow()).talk()
    path = f"/Calls/{bench.record.sid}.json"
    bench.post(path, Twiml='<Response><Say>Inline</Say><Pause length="60"/></Response>')
    assert [each.prompt for each in bench.media if isinstance(each, StartPlayback)][-1] == Speech("Inline")
    assert bench.asked("redirect") == []
    bench.post(path, Twiml="<Response><Say>Not this</Say></Response>", Url=VOICE)
    assert bench.alerts == [32019]
    assert [ask.path for ask in bench.asked("redirect")] == ["/voice"]


@pytest.mark.rule("call-update")
@BOTH
def test_an_empty_url_takes_the_url_away(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain(voice_status_callback_url=STATUS)
    bench.pages["/voice"] = page(LONG)
    alice = Caller(bench, flow())
    alice.talk()
    bench.post(f"/Calls/{bench.record.sid}.json", StatusCallback="", Status="completed")
    alice.agree()
    assert bench.record.status == "completed"
    assert "completed" not in told(bench)


@pytest.mark.rule("call-update", "call-of-the-past")
@BOTH
def test_a_change_ends_a_call_or_limits_it_or_tells_other_urls(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain(voice_status_callback_url=STATUS)
    bench.pages |= {"/voice": page(LONG), "/elsewhere": page("", status=200)}
    alice = Caller(bench, flow())
    alice.talk()
    path = f"/Calls/{bench.record.sid}.json"
    bench.post(path, StatusCallback="http://app.test/elsewhere", StatusCallbackMethod="GET", TimeLimit="10")
    bench.wait(9.9)
    assert bench.take() == []
    bench.wait(0.1)
    alice.agree()
    assert bench.alerts == [32015]
    last = bench.asked("status")[-1]
    assert (last.path, last.request.method, last.parameters["CallDuration"]) == ("/elsewhere", "GET", "10")
    assert bench.store.domains.of(ACCOUNT)[0].voice_status_callback_url == STATUS

    again = alice.other("call-2")
    again.talk()
    sid = next(bench.calls.newest_first(ACCOUNT)).sid
    assert bench.post(f"/Calls/{sid}.json", Status="completed")["status"] == "completed"
    again.agree()
    refused = bench.post(f"/Calls/{sid}.json", 400, Status="completed")
    assert refused["code"] == 21220


@pytest.mark.rule("call-update-early", "call-canceled")
@BOTH
def test_a_call_that_rings_can_only_be_ended(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain()
    bench.pages["/voice"] = None
    alice = Caller(bench, flow())
    alice.dial()
    path = f"/Calls/{bench.record.sid}.json"
    assert bench.post(path, 400, Url=VOICE)["code"] == 21220
    assert bench.post(path, Status="canceled")["status"] == "canceled"
    alice.ack(bench.response(480))


@pytest.mark.rule("call-update-early", "call-statuses", "callback-never-answered", "call-canceled")
@BOTH
def test_a_phone_that_rings_gets_cancel(make: Make, profile: Profile) -> None:
    bench = make(profile)
    record, bob = ordered(bench)
    bob.respond(180)
    assert bench.post(f"/Calls/{record['sid']}.json", Status="completed")["status"] == "canceled"
    cancel = bench.request("CANCEL")
    assert (cancel.target, cancel.via.branch) == (bob.invite.target, bob.invite.via.branch)
    bench.receive(bytes(respond(cancel, 200)), bob.way)
    bob.respond(487)
    assert bench.request("ACK").cseq.number == 1
    assert told(bench) == ["canceled"]


# --- calls that the cloud makes ------------------------------------------------------------------------------


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
def test_a_call_is_told_about_from_initiated_to_completed(make: Make, profile: Profile) -> None:
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
def test_without_a_choice_only_the_end_is_told(make: Make, profile: Profile) -> None:
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


# --- registered users ----------------------------------------------------------------------------------------


def at(number: int) -> Address:
    """Return where alice's devices stand, as `register_many` has it."""
    return Address("127.0.0.10", 6000 + number)


@pytest.mark.rule("outbound-registered")
@BOTH
def test_all_phones_of_a_user_ring_and_the_first_to_answer_has_the_call(make: Make, profile: Profile) -> None:
    bench = make(profile)
    registering(bench)
    register_many(bench, 3)
    bench.take()
    bench.pages["/voice"] = page(LONG)
    bench.post("/Calls.json", 201, To=f"sip:alice@{ACME}", From="reception", Url=VOICE)
    invites = [each for each in bench.take() if isinstance(each, Request)]
    assert [each.target for each in invites] == [f"sip:alice@{at(n)}" for n in (2, 1, 0)]
    assert {each.require("from").partition(";")[0] for each in invites} == {f"<sip:reception@{ACME}>"}
    assert len({each.via.branch for each in invites}) == 3
    phones = [Phone(bench, each, at(n), tag=f"b{n}") for each, n in zip(invites, (2, 1, 0), strict=True)]
    for each in phones[:2]:
        each.respond(180)
    phones[2].respond(486)
    bench.take()
    phones[1].respond(200, body=SDP)
    sent = [each for each in bench.take() if isinstance(each, Request)]
    assert [(each.method, each.target) for each in sent] == [
        ("ACK", f"sip:bob@{at(1)}"), ("CANCEL", f"sip:alice@{at(2)}"),
    ]  # fmt: skip
    phones[0].respond(487)
    bench.request("ACK")
    before = bench.record.status
    phones[1].bye()
    assert (before, bench.record.status) == ("in-progress", "completed")


@pytest.mark.rule("outbound-registered")
@BOTH
def test_the_call_fails_when_the_last_phone_refused(make: Make, profile: Profile) -> None:
    bench = make(profile)
    registering(bench)
    register_many(bench, 2)
    bench.take()
    bench.post("/Calls.json", 201, To=f"sip:alice@{ACME}", From="reception", Url=VOICE)
    invites = [each for each in bench.take() if isinstance(each, Request)]
    Phone(bench, invites[0], at(1)).respond(404)
    before = bench.record.status
    Phone(bench, invites[1], at(0)).respond(486)
    assert (before, bench.record.status) == ("queued", "failed")


@pytest.mark.rule("outbound-unregistered")
@BOTH
@pytest.mark.parametrize(
    ("to", "code"),
    [
        (f"sip:alice@{ACME}", 32009),
        ("sip:alice@other.sip.twilio.com", 32214),
        ("sip:alice@acme.sip.dublin.twilio.com", 32220),
        (f"sip:{ACME}", 32223),
        ("sip:alice@acme.sip.us1.twilio.com", 32221),
        ("sip:alice@acme.sip.us1-ix.twilio.com", 32221),
        ("sip:alice@acme.sip.ie1.twilio.com", 32220),
        ("sip:alice@pbx.example.com", 13254),
    ],
)
def test_who_cannot_be_called_fails_the_call(make: Make, profile: Profile, to: str, code: int) -> None:
    bench = make(profile)
    registering(bench)
    record = bench.post("/Calls.json", 201, To=to, From="reception", Url=VOICE, StatusCallback=STATUS)
    assert bench.take() == []
    assert record["status"] == "queued"
    assert bench.read(f"/Calls/{record['sid']}.json")["status"] == "failed"
    assert bench.alerts == [code]
    assert told(bench) == ["failed"]


@pytest.mark.rule("outbound-registered")
@BOTH
def test_a_phone_behind_a_nat_is_called_where_its_register_came_from(make: Make, profile: Profile) -> None:
    bench = make(profile)
    registering(bench)
    Device(bench).register(contact="<sip:alice@192.168.1.7:5060>")
    bench.take()
    bench.post("/Calls.json", 201, To=f"sip:alice@{ACME}", From="reception", Twiml=LONG)
    invite = bench.request("INVITE")
    assert invite.target == "sip:alice@192.168.1.7:5060"
    way = bench.sent[-1][1]
    assert way.remote == Address("127.0.0.10", 5070)
    Phone(bench, invite, way.remote).answer()
    bench.post(f"/Calls/{bench.record.sid}.json", Status="completed")
    bench.request("BYE")
    assert bench.sent[-1][1].remote == way.remote


@pytest.mark.rule("outbound-record")
@BOTH
def test_a_call_can_be_ordered_with_its_recording(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.pages |= {"/voice": page("<Response><Hangup/></Response>"), "/recorded": page("", status=200)}
    record, bob = ordered(
        bench, Record="true", RecordingChannels="dual", RecordingStatusCallback="http://app.test/recorded"
    )
    bob.respond(200, body=SDP)
    ack, bye = (each for each in bench.take() if isinstance(each, Request))
    (made,) = bench.calls.recordings.newest_first(ACCOUNT, EPOCH)
    assert (ack.method, bye.require("x-twilio-recordingsid")) == ("ACK", made.sid)
    assert (made.call_sid, made.source, made.channels, made.trim, made.status) == (
        record["sid"], "OutboundAPI", 2, True, "completed",
    )  # fmt: skip
    (told,) = bench.asked("recording")
    assert told.parameters["RecordingSource"] == "OutboundAPI"
