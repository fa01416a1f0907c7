"""One call against RFC 3261: its dialog, its races, and where its BYE goes."""

from __future__ import annotations

import pytest

from sipdomain.media.outputs import (
    ConnectMedia,
)
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Send
from sipdomain.twilio.webhooks.http import HttpFailure
from tests.unit.twilio.bench import ACCOUNT, LONG, SDP, Bench, flow
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.calls.talking import sends
from tests.unit.twilio.pages import Ask, page


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
