"""One call against RFC 3261: its dialog, its races, and where its BYE goes."""

from __future__ import annotations

import pytest

from sipdomain.entries import CallChanged
from sipdomain.media.outputs import (
    CloseMedia,
    ConnectMedia,
    MediaOpened,
    PreparePrompt,
    PromptReady,
    StartPlayback,
    StopPlayback,
)
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address, Flow, Send
from sipdomain.twilio.webhooks.http import HttpFailure
from tests.unit.twilio.bench import ACCOUNT, CALLER, LONG, RTP, SAY, SDP, Ask, Bench, Caller, Make, flow, page


@pytest.fixture
def talking(bench: Bench, alice: Caller) -> Caller:
    """Alice, in a call that says nothing more."""
    bench.pages["/voice"] = page(LONG)
    alice.talk()
    bench.wait(3.0)
    bench.take()
    return alice


def sends(bench: Bench, start: bytes) -> list[tuple[float, Flow]]:
    """Return when and where messages went that begin like that."""
    return [(at, way) for at, way, data in bench.sent if data.startswith(start)]


# --- before the answer -------------------------------------------------------------------------------------


def test_a_retransmitted_invite_gets_the_last_response_again(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = None
    invite = alice.dial()
    assert bench.statuses() == [100, 180]
    alice.send(invite)
    assert bench.statuses() == [180]
    bench.answer(bench.waiting[0], page("<Response><Reject/></Response>"))
    assert bench.statuses() == [603]
    alice.send(invite)
    assert bench.statuses() == [603]
    assert len(bench.asked("voice")) == 1


def test_a_connection_that_breaks_while_it_rings_ends_the_call(bench: Bench) -> None:
    bench.pages["/voice"] = None
    caller = Caller(bench, flow(transport="tcp"))
    caller.dial()
    assert bench.emulator.open_calls == 1
    bench.carry(bench.emulator.transport_failed(caller.source, bench.now))
    assert bench.emulator.open_calls == 0
    assert bench.record.status == "no-answer"


def test_a_connection_that_breaks_after_the_answer_leaves_the_call(bench: Bench) -> None:
    bench.pages["/voice"] = page(LONG)
    caller = Caller(bench, flow(transport="tcp"))
    caller.talk()
    bench.carry(bench.emulator.transport_failed(caller.source, bench.now))
    assert bench.emulator.open_calls == 1


def test_the_same_invite_by_two_ways_is_merged(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = None
    invite = alice.dial()
    bench.take()
    alice.send(alice.build("INVITE", number=invite.cseq.number, branch="z9hG4bKother-way", body=SDP))
    assert bench.statuses() == [482]
    assert bench.emulator.open_calls == 1


def test_a_cancel_without_its_invite_gets_481(bench: Bench, alice: Caller) -> None:
    assert alice.ask("CANCEL").status == 481


def test_a_cancel_after_the_answer_gets_200_and_changes_nothing(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    invite = alice.dial()
    answered = bench.response(200)
    alice.cancel(invite)
    cancelled = bench.response(200)
    assert cancelled.cseq.method == "CANCEL"
    assert cancelled.to.tag == answered.to.tag
    alice.ack(answered)
    assert bench.emulator.open_calls == 1
    assert alice.bye().status == 200


def test_a_cancel_after_a_refusal_gets_200_and_no_second_final_response(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page("<Response><Reject/></Response>")
    invite = alice.dial()
    refused = bench.response(603)
    alice.cancel(invite)
    assert bench.statuses() == [200]
    alice.ack(refused)
    assert bench.record.status == "no-answer"


def test_a_cancel_of_a_challenged_invite_gets_200(bench: Bench, alice: Caller) -> None:
    invite = alice.invite()
    bench.response(407)
    alice.cancel(invite)
    assert bench.statuses() == [200]


def test_a_cancel_that_comes_twice_is_answered_twice_and_ends_the_call_once(
    bench: Bench, alice: Caller
) -> None:
    bench.pages["/voice"] = None
    invite = alice.dial()
    bench.take()
    alice.cancel(invite)
    alice.cancel(invite)
    messages = bench.take()
    assert [(each.status, each.cseq.method) for each in messages if isinstance(each, Response)] == [
        (200, "CANCEL"),
        (487, "INVITE"),
        (200, "CANCEL"),
    ]
    assert [ask.parameters["CallStatus"] for ask in bench.asked("status")][-1] == "no-answer"


def test_a_bye_before_the_answer_ends_the_call(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = None
    alice.dial()
    alice.tag = bench.response(180).to.tag or ""
    alice.send(alice.build("BYE"))
    assert bench.statuses() == [200, 487]
    assert bench.record.status == "no-answer"


def test_an_invite_within_a_dialog_that_is_not_answered_yet_gets_500_and_a_while_to_wait(
    bench: Bench, alice: Caller
) -> None:
    bench.pages["/voice"] = None
    alice.dial()
    alice.tag = bench.response(180).to.tag or ""
    alice.invite()
    response = bench.response(500)
    assert 0 <= int(response.require("retry-after")) <= 10


def test_without_a_media_port_the_call_fails_with_503(bench: Bench, alice: Caller) -> None:
    bench.open_port = False
    alice.dial()
    bench.response(503)
    assert bench.alerts == [12400]
    assert bench.record.status == "failed"


def test_what_comes_after_the_end_of_the_call_is_let_go(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page("<Response><Say>Hi</Say><Play>/song</Play></Response>")
    bench.pages["/song"] = None
    alice.talk()
    bench.wait(2.0)
    (ask,) = bench.waiting
    alice.bye()
    heard = len(bench.media)
    bench.answer(ask, page("RIFF", "audio/wav"))
    bench.tell(MediaOpened(bench.record.sid, RTP))
    assert len(bench.media) == heard
    assert bench.asked("fallback") == []
    assert bench.alerts == []


def test_a_prompt_that_is_ready_after_the_end_is_not_played(bench: Bench, alice: Caller) -> None:
    bench.slow_voice = True
    alice.talk()
    prepared = bench.media[-1]
    assert isinstance(prepared, PreparePrompt)
    alice.bye()
    bench.tell(PromptReady(prepared.token, 2.0))
    assert not any(isinstance(each, StartPlayback) for each in bench.media)


def test_a_port_that_is_told_open_twice_answers_once(talking: Caller) -> None:
    talking.bench.tell(MediaOpened(talking.bench.record.sid, RTP))
    assert talking.bench.take() == []


# --- the answer and its ACK --------------------------------------------------------------------------------


def test_an_ack_for_another_request_acknowledges_nothing(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    alice.dial()
    answered = bench.response(200)
    alice.tag = answered.to.tag or ""
    alice.send(alice.build("ACK", number=answered.cseq.number + 1))
    alice.send(alice.build("ACK", number=answered.cseq.number, to=f"<{alice.to}>;tag=another"))
    bench.wait(0.6)
    assert bench.statuses() == [200]
    alice.ack(answered)
    bench.wait(40.0)
    assert bench.take() == []


def test_a_bye_of_ours_waits_for_the_ack(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page("<Response><Hangup/></Response>")
    alice.dial()
    answered = bench.response(200)
    bench.wait(5.0)
    assert bench.statuses() == [200, 200, 200]
    assert bench.emulator.open_calls == 1
    alice.ack(answered)
    alice.agree()
    assert bench.emulator.open_calls == 0


def test_a_caller_may_hang_up_before_its_ack_arrives(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    alice.dial()
    alice.tag = bench.response(200).to.tag or ""
    assert alice.bye().status == 200
    bench.wait(40.0)
    assert bench.take() == []
    assert bench.alerts == []


def test_the_200_of_a_second_invite_is_sent_again_until_its_own_ack(talking: Caller) -> None:
    bench = talking.bench
    talking.invite()
    held = bench.response(200)
    bench.wait(4.0)
    assert bench.statuses() == [200, 200, 200]
    talking.ack(held)
    bench.wait(40.0)
    assert bench.take() == []
    assert bench.emulator.open_calls == 1


def test_a_second_invite_whose_ack_never_comes_ends_the_call(talking: Caller) -> None:
    bench = talking.bench
    start = bench.now
    talking.invite()
    bench.wait(33.0)
    assert bench.alerts == [32022]
    assert sends(bench, b"BYE ")[0][0] == start + 32.0


def test_a_second_invite_after_a_lost_ack_stops_the_first_200(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    alice.dial()
    alice.tag = bench.response(200).to.tag or ""
    alice.invite()
    alice.ack(bench.response(200))
    bench.wait(40.0)
    assert bench.take() == []
    assert bench.alerts == []


def test_requests_of_a_dialog_come_in_order(talking: Caller) -> None:
    bench = talking.bench
    talking.invite(number=2, branch="z9hG4bKlate")
    assert bench.response(500).reason == "CSeq out of order"
    assert talking.ask("BYE", number=1).status == 500
    assert bench.emulator.open_calls == 1
    assert talking.ask("BYE", number=1000).status == 200


@pytest.mark.parametrize("method", ["INVITE", "BYE"])
@pytest.mark.parametrize("what", ["to-tag", "from-tag", "call-id"])
def test_a_request_of_no_dialog_gets_481(talking: Caller, method: str, what: str) -> None:
    stranger = talking.other("call-1" if what != "call-id" else "call-9")
    stranger.tag = talking.tag if what != "to-tag" else "wrong"
    if what == "from-tag":
        stranger.sender = "<sip:alice@127.0.0.10>;tag=other"
    assert stranger.ask(method, number=50, body=SDP if method == "INVITE" else b"").status == 481
    assert talking.bench.emulator.open_calls == 1


def test_a_second_invite_with_a_contact_that_cannot_be_read_gets_400(talking: Caller) -> None:
    talking.invite(("Contact", "<sip:"), without="Contact")
    talking.bench.response(400)
    assert talking.bye().status == 200


def test_options_and_other_methods_within_a_call_change_nothing(talking: Caller) -> None:
    assert talking.ask("OPTIONS").status == 200
    assert talking.ask("INFO").status == 405
    assert talking.ask("MESSAGE").status == 405
    assert talking.bye().status == 200


# --- the end -----------------------------------------------------------------------------------------------


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


# --- the whole service -------------------------------------------------------------------------------------


def test_shutting_down_ends_every_call_in_its_own_way(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    alice.talk()
    bench.pages["/voice"] = None
    ringing = alice.other("call-2")
    ringing.dial()
    bench.take()
    bench.carry(bench.emulator.shut_down(bench.now))
    messages = bench.take()
    assert [each.method if isinstance(each, Request) else each.status for each in messages] == ["BYE", 480]
    assert {each.status for each in bench.calls.newest_first(ACCOUNT)} == {"completed", "failed"}
    ask: Ask = bench.waiting[0]
    bench.answer(ask, HttpFailure("timeout", "too late"))
    assert bench.take() == []


def test_calls_do_not_meddle_with_each_other(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    callers = [alice.other(f"call-{number}") for number in range(5)]
    for caller in callers:
        caller.talk()
    assert bench.emulator.open_calls == 5
    assert callers[2].bye().status == 200
    assert bench.emulator.open_calls == 4
    callers[3].invite()
    held = bench.response(200)
    callers[3].ack(held)
    connected = bench.media[-1]
    assert isinstance(connected, ConnectMedia)
    sids = [record.sid for record in bench.calls.newest_first(ACCOUNT)]
    assert connected.session == sids[1]
    assert len(set(sids)) == 5


def test_nothing_is_sent_for_a_response_that_answers_no_request(bench: Bench, alice: Caller) -> None:
    response = Response(200, None, list(alice.build("BYE").headers))
    assert [each for each in bench.emulator.receive(response, flow(), 0.0) if isinstance(each, Send)] == []
