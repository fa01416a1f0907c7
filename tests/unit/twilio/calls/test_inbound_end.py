"""The end of a call: a BYE of either side, where ours goes, and what is left behind."""

from __future__ import annotations

import pytest

from sipdomain.entries import CallChanged
from sipdomain.media.outputs import (
    CloseMedia,
    StopPlayback,
)
from sipdomain.sip.message import Response
from sipdomain.sip.outputs import Address, Flow
from tests.unit.twilio.bench import CALLER, SAY, SDP, Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.calls.talking import sends
from tests.unit.twilio.pages import page


def test_when_the_caller_hangs_up_what_plays_is_stopped_and_the_port_closed(
    bench: Bench, alice: Caller
) -> None:
    bench.speech = 60.0
    alice.talk()
    bench.wait(1.0)
    assert alice.bye().status == 200
    assert [type(each) for each in bench.media[-2:]] == [StopPlayback, CloseMedia]
    assert [each.status for each in bench.journal(CallChanged)] == ["ringing", "in-progress", "completed"]
    bench.wait(100.0)
    assert bench.take() == []


def test_a_bye_that_comes_twice_gets_the_same_answer_and_a_new_one_481(talking: Caller) -> None:
    bench = talking.bench
    bye = talking.build("BYE")
    talking.send(bye)
    talking.send(bye)
    assert bench.statuses() == [200, 200]
    assert talking.bye().status == 481


@pytest.fixture
def leaving(bench: Bench, alice: Caller) -> Caller:
    """Alice, in a call that the cloud has just ended; its BYE is not answered."""
    bench.pages["/voice"] = page("<Response><Hangup/></Response>")
    alice.talk()
    return alice


def test_byes_that_cross_are_both_answered(leaving: Caller) -> None:
    bench = leaving.bench
    bye = bench.request("BYE")
    assert leaving.bye().status == 200
    leaving.send(bytes(Response(200, None, list(bye.headers))))
    assert leaving.bye().status == 481
    assert [ask.parameters["CallStatus"] for ask in bench.asked("status")].count("completed") == 1


@pytest.mark.parametrize("status", [200, 481, 408, 407, 503])
def test_any_final_answer_to_our_bye_will_do(leaving: Caller, status: int) -> None:
    bye = leaving.bench.request("BYE")
    waiting = []
    for answer in (100, status):
        leaving.send(bytes(Response(answer, None, list(bye.headers))))
        waiting.append(leaving.bench.emulator.waiting_for_bye)
    assert waiting == [True, False]
    assert leaving.bench.emulator.census.dialogs == 0


def test_a_bye_that_nobody_answers_is_sent_again_and_given_up_after_32_seconds(leaving: Caller) -> None:
    bench = leaving.bench
    bench.wait(40.0)
    moments = [at for at, _ in sends(bench, b"BYE ")]
    assert moments == [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert bench.emulator.census.dialogs == 0


def test_an_invite_into_a_call_that_is_over_gets_481(leaving: Caller) -> None:
    leaving.bench.take()
    leaving.invite()
    leaving.bench.response(481)


NEXT_HOPS = {
    "contact": ("127.0.0.10:5070", "<sip:alice@127.0.0.33:5099>", (), "127.0.0.33:5099", "sip:alice@127.0.0.33:5099"),
    "contact-without-port": ("127.0.0.10:5070", "<sip:a@127.0.0.33>", (), "127.0.0.33:5060", "sip:a@127.0.0.33"),
    "contact-with-a-name": ("127.0.0.10:5070", "<sip:a@pbx.example>", (), "127.0.0.10:5070", "sip:a@pbx.example"),
    "behind-a-nat": ("192.168.1.5:5060", "<sip:a@192.168.1.5>", (), "127.0.0.10:5070", "sip:a@192.168.1.5"),
    "by-its-proxy": (
        "127.0.0.10:5070", "<sip:a@192.168.1.5>", ("<sip:127.0.0.44:5061;lr>", "<sip:10.0.0.9;lr>"),
        "127.0.0.44:5061", "sip:a@192.168.1.5",
    ),
    "by-a-strict-router": (
        "127.0.0.10:5070", "<sip:a@192.168.1.5>", ("<sip:127.0.0.44:5061>", "<sip:10.0.0.9;lr>"),
        "127.0.0.44:5061", "sip:127.0.0.44:5061",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("sent_by", "contact", "routes", "address", "target"), NEXT_HOPS.values(), ids=NEXT_HOPS
)
def test_the_bye_goes_to_the_route_or_the_contact_or_back_the_way_the_invite_came(
    make: Make, sent_by: str, contact: str, routes: tuple[str, ...], address: str, target: str
) -> None:
    bench = make()
    bench.domain(users=None, addresses=["127.0.0.10"])
    bench.pages["/voice"] = page("<Response><Hangup/></Response>")
    alice = Caller(bench, flow())
    fields = [("Via", f"SIP/2.0/UDP {sent_by};branch=z9hG4bKx;rport"), ("Contact", contact)]
    fields += [("Record-Route", route) for route in routes]
    data = bytes(alice.build("INVITE", *fields, body=SDP, without="Contact"))
    alice.send(
        data.replace(b"Via: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bKcall-1-INVITE-1;rport\r\n", b"", 1)
    )
    answered = bench.response(200)
    assert answered.headers.all("record-route") == list(routes)
    alice.ack(answered)
    way = sends(bench, b"BYE ")[0][1]
    assert str(way.remote) == address
    bye = bench.request("BYE")
    assert bye.target == target
    # A strict router is named in the request line, and the Contact is the last route instead.
    assert bye.headers.all("route") == [*routes] if target in contact else [*routes[1:], contact]


def test_over_tcp_the_bye_goes_back_on_the_connection(make: Make) -> None:
    bench = make()
    bench.domain()
    bench.pages["/voice"] = page("<Response><Hangup/></Response>")
    way = flow(transport="tcp")
    alice = Caller(bench, way)
    answered = alice.talk()
    assert answered.require("contact") == "<sip:127.0.0.1:5060;transport=tcp>"
    assert sends(bench, b"BYE ")[0][1] == way
    assert bench.request("BYE").via.transport == "TCP"


def test_when_the_connection_of_our_bye_breaks_it_goes_once_by_a_new_one(make: Make) -> None:
    bench = make()
    bench.domain()
    bench.pages["/voice"] = page("<Response><Hangup/></Response>")
    way = flow(transport="tcp")
    Caller(bench, way).talk()
    first = bench.request("BYE")
    bench.carry(bench.emulator.transport_failed(way, bench.now))
    again = bench.request("BYE")
    new_way = sends(bench, b"BYE ")[-1][1]
    assert new_way == way._replace(remote=CALLER, connection=0)
    assert again.cseq.number == first.cseq.number + 1
    assert bench.emulator.census.dialogs == 1
    bench.carry(bench.emulator.transport_failed(new_way, bench.now))
    assert len(sends(bench, b"BYE ")) == 2
    assert bench.emulator.census.dialogs == 0
    assert bench.record.status == "completed"


def test_a_bye_to_a_name_is_not_sent_again(make: Make) -> None:
    bench = make()
    bench.domain()
    bench.pages["/voice"] = page("<Response><Hangup/></Response>")
    way = flow(transport="tcp")
    alice = Caller(bench, way)
    challenged = alice.challenge()
    alice.send(
        alice.build(
            "INVITE", alice.prove(challenged), ("Contact", "<sip:a@pbx.example>"), body=SDP, without="Contact"
        )
    )
    alice.ack(bench.response(200))
    bench.carry(bench.emulator.transport_failed(way, bench.now))
    assert len(sends(bench, b"BYE ")) == 1
    assert bench.emulator.census.dialogs == 0


def test_what_is_advertised_stands_in_contact_via_and_sdp(make: Make) -> None:
    bench = make(advertise="203.0.113.9")
    bench.domain()
    bench.pages["/voice"] = page("<Response><Hangup/></Response>")
    alice = Caller(bench, flow())
    answered = alice.talk()
    assert answered.require("contact") == "<sip:203.0.113.9:5060>"
    assert b"\r\nc=IN IP4 203.0.113.9\r\n" in answered.body
    assert bench.request("BYE").via.sent_by == "203.0.113.9:5060"


def test_ipv6_is_bracketed_where_it_has_to_be(make: Make) -> None:
    bench = make()
    bench.domain()
    bench.pages["/voice"] = page(SAY)
    alice = Caller(bench, Flow("udp", Address("::1", 5060), Address("::1", 5070)))
    alice.sender = "<sip:alice@[::1]>;tag=a1"
    alice.dial()
    answered = bench.response(200)
    assert answered.require("contact") == "<sip:[::1]:5060>"
    assert bench.asked("voice")[0].parameters["From"] == "sip:alice@[::1]"
    assert bench.asked("voice")[0].parameters["SipSourceIp"] == "::1"
