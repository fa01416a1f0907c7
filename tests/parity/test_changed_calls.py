"""Calls that the REST API changes while they ring or talk."""

from __future__ import annotations

import pytest

from sipdomain.media.outputs import MediaOpened, OpenMedia, StartPlayback, StopPlayback
from sipdomain.media.prompts import Speech
from sipdomain.sip.message import respond
from sipdomain.twilio.fidelity.profile import Profile
from tests.parity.ordered_calls import STATUS, VOICE, ordered, told
from tests.unit.twilio.bench import ACCOUNT, BOTH, LONG, RTP, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page


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


@pytest.mark.rule("call-update")
@BOTH
def test_a_call_whose_port_is_being_opened_takes_no_document_and_is_answered_once(
    make: Make, profile: Profile
) -> None:
    bench = make(profile)
    bench.domain()
    bench.pages["/voice"] = page(LONG)
    bench.open_port = None
    alice = Caller(bench, flow())
    alice.dial()
    sid = bench.record.sid
    assert bench.post(f"/Calls/{sid}.json", 400, Url=VOICE)["code"] == 21220
    bench.tell(MediaOpened(sid, RTP))
    alice.ack(bench.response(200))
    assert [each.prompt for each in bench.media if isinstance(each, StartPlayback)] == [Speech("Welcome")]
    assert sum(isinstance(each, OpenMedia) for each in bench.media) == 1


@pytest.mark.rule("call-update", "call-of-the-past")
@BOTH
def test_a_change_ends_a_call_or_limits_it_or_notifies_other_urls(make: Make, profile: Profile) -> None:
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
