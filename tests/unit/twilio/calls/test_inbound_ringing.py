"""A call before it is answered: what comes again, is cancelled, breaks or comes too early."""

from __future__ import annotations

from sipdomain.media.outputs import (
    MediaOpened,
    PreparePrompt,
    PromptReady,
    StartPlayback,
)
from sipdomain.sip.message import Response
from tests.unit.twilio.bench import LONG, RTP, SDP, Bench, flow
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page


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


def test_a_port_that_is_reported_open_twice_answers_once(talking: Caller) -> None:
    talking.bench.tell(MediaOpened(talking.bench.record.sid, RTP))
    assert talking.bench.take() == []
