"""Calls to registered users, which ring all of their phones."""

from __future__ import annotations

import pytest

from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Address
from sipdomain.twilio.fidelity.profile import Profile
from sipdomain.twilio.names.sip_servers import SipServer
from tests.parity.ordered_calls import STATUS, VOICE, Phone, at, ordered, told
from tests.parity.registering import Device, registering
from tests.parity.test_bindings import register_many
from tests.unit.twilio.bench import ACCOUNT, ACME, BOTH, EPOCH, LONG, SDP, Bench
from tests.unit.twilio.caller import Make
from tests.unit.twilio.pages import page


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


@pytest.mark.rule("outbound-named")
@pytest.mark.parametrize(
    ("to", "port"),
    [("sip:100@PBX.example", 5070), ("sip:100@pbx.example.", 5070), ("sip:100@pbx.example:5090", 5090)],
    ids=["name", "absolute name", "name and port"],
)
def test_a_phone_is_called_by_its_host_name(to: str, port: int) -> None:
    bench = Bench(peers={"pbx.example": [SipServer(Address("127.0.0.20", 5070))]})
    bench.domain()
    bench.post("/Calls.json", 201, To=to, From="reception", Twiml=LONG)
    invite = bench.request("INVITE")
    assert invite.target == to
    assert bench.sent[-1][1].remote == Address("127.0.0.20", port)
