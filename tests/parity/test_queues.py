"""Queues in the emulator: how calls wait, what URLs are told, how they leave, what the REST API does; nothing stays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sipdomain.entries import Alert, VerbStarted
from sipdomain.media.melodies import hold_music
from sipdomain.media.outputs import DtmfReceived, StartPlayback, StopPlayback
from sipdomain.twilio.webhooks.http import HttpFailure, HttpResponse
from tests.parity.lobby import Lobby
from tests.unit.twilio.bench import ACCOUNT, EPOCH
from tests.unit.twilio.pages import page
from tests.unit.twilio.rest.sdk import refusal


@pytest.mark.rule("enqueue")
@pytest.mark.rule("queue-members")
@pytest.mark.rule("queue-times")
def test_calls_wait_in_the_order_in_which_they_come(lobby: Lobby) -> None:
    anna = lobby.wait_in("anna")
    lobby.bench.wait(10.0)
    bert = lobby.wait_in("bert")
    lobby.bench.wait(5.5)
    queue = lobby.queue
    assert (queue.friendly_name, queue.current_size, queue.max_size) == ("support", 2, 1000)
    assert queue.average_wait_time == (15 + 5) // 2
    assert [(each.call_sid, each.position, each.wait_time) for each in lobby.members.list()] == [
        (anna, 1, 15), (bert, 2, 5),
    ]  # fmt: skip
    front = lobby.members("Front").fetch()
    assert (front.call_sid, front.queue_sid) == (anna, queue.sid)
    assert front.date_enqueued.isoformat() == "2026-01-01T00:00:00+00:00"
    assert lobby.members(bert).fetch().uri.endswith(f"/Queues/{queue.sid}/Members/{bert}.json")
    lobby.go("anna")
    assert [(each.call_sid, each.position) for each in lobby.members.list()] == [(bert, 1)]
    lobby.go("bert")
    assert (lobby.queue.current_size, lobby.queue.average_wait_time, lobby.members.list()) == (0, 0, [])
    lobby.bench.settle()


@pytest.mark.rule("wait-url")
@pytest.mark.rule("queue-times")
def test_the_wait_document_is_asked_over_and_over_with_where_the_call_stands(lobby: Lobby) -> None:
    lobby.wait_in("anna", 'waitUrl=""')
    lobby.bench.wait(3.0)
    lobby.wait_in("bert", 'waitUrl="/wait" waitUrlMethod="GET"')
    lobby.go("anna")
    lobby.bench.wait(10.5)
    names = ("QueuePosition", "QueueTime", "AvgQueueTime", "CurrentQueueSize", "MaxQueueSize")
    assert lobby.told("/wait", *names) == [
        {"QueuePosition": "2", "QueueTime": "0", "AvgQueueTime": "1", "CurrentQueueSize": "2", "MaxQueueSize": "1000"},
        {"QueuePosition": "1", "QueueTime": "10", "AvgQueueTime": "10", "CurrentQueueSize": "1", "MaxQueueSize": "1000"},
    ]  # fmt: skip
    first = lobby.asked("/wait")[0]
    assert (first.request.method, first.parameters["QueueSid"]) == ("GET", lobby.queue.sid)
    assert first.parameters["CallStatus"] == "in-progress"


@pytest.mark.rule("wait-url")
def test_however_long_a_call_waits_its_documents_do_not_run_out(lobby: Lobby) -> None:
    lobby.wait_in("anna", 'waitUrl="/wait"')
    lobby.bench.wait(12_000.0)
    assert len(lobby.asked("/wait")) == 1201
    assert (lobby.queue.current_size, lobby.bench.alerts) == (1, [])


@pytest.mark.rule("wait-url-pace")
def test_an_empty_wait_document_is_asked_for_once_a_second(lobby: Lobby) -> None:
    lobby.bench.pages["/wait"] = page("<Response/>")
    lobby.wait_in("anna", 'waitUrl="/wait"')
    lobby.bench.wait(10.5)
    assert len(lobby.asked("/wait")) == 11


@pytest.mark.rule("queue-music")
@pytest.mark.rule("wait-url-empty")
def test_without_a_wait_document_music_is_played_and_an_empty_one_is_silence(lobby: Lobby) -> None:
    lobby.wait_in("anna")
    lobby.bench.wait(9.0)
    played = [each for each in lobby.bench.media if isinstance(each, StartPlayback)]
    assert [each.prompt for each in played[:2]] == [hold_music(), hold_music()]
    lobby.wait_in("bert", 'waitUrl=""')
    lobby.go("anna")
    before = len(lobby.bench.media)
    lobby.bench.wait(60.0)
    assert lobby.bench.media[before:] == []


@pytest.mark.rule("enqueue-action")
def test_who_hangs_up_while_waiting_has_its_action_asked(lobby: Lobby) -> None:
    lobby.wait_in("anna", 'waitUrl="/wait" action="/after" method="GET"')
    lobby.bench.wait(33.0)
    lobby.go("anna")
    (asked,) = lobby.asked("/after")
    assert asked.request.method == "GET"
    assert lobby.told("/after", "QueueResult", "QueueSid", "QueueTime", "CallStatus") == [
        {"QueueResult": "hangup", "QueueSid": lobby.queue.sid, "QueueTime": "33", "CallStatus": "completed"}
    ]
    assert [each.verb for each in lobby.bench.journal(VerbStarted)].count("Say") == 4
    lobby.bench.settle()


@pytest.mark.rule("leave")
@pytest.mark.parametrize("attributes", ["", 'action="/after"'])
def test_leave_goes_on_after_the_queue(lobby: Lobby, attributes: str) -> None:
    lobby.bench.pages["/wait"] = page('<Response><Pause length="4"/><Leave/><Say>Never</Say></Response>')
    lobby.wait_in("anna", f'waitUrl="/wait" {attributes}')
    lobby.bench.wait(5.0)
    assert lobby.queue.current_size == 0
    assert lobby.told("/after", "QueueResult", "QueueTime") == (
        [{"QueueResult": "leave", "QueueTime": "4"}] if attributes else []
    )
    assert lobby.said == ["After"]


@pytest.mark.rule("leave")
def test_a_key_pressed_in_the_wait_document_may_lead_out(lobby: Lobby) -> None:
    gather = '<Gather numDigits="1" action="/key"><Say loop="50">Press 1 to leave</Say></Gather>'
    lobby.bench.pages["/wait"] = page(f"<Response>{gather}</Response>")
    lobby.bench.pages["/key"] = page("<Response><Leave/></Response>")
    anna = lobby.wait_in("anna", 'waitUrl="/wait" action="/after"')
    lobby.bench.wait(3.0)
    lobby.bench.tell(DtmfReceived(anna, "1", 0.1))
    assert lobby.asked("/key")[0].parameters["Digits"] == "1"
    assert lobby.told("/after", "QueueResult") == [{"QueueResult": "leave"}]


@pytest.mark.rule("leave-elsewhere")
def test_leave_ends_a_call_that_waits_nowhere(lobby: Lobby) -> None:
    lobby.come("anna", "<Leave/><Say>Never</Say>")
    assert lobby.bench.emulator.open_calls == 0
    assert [each.verb for each in lobby.bench.journal(VerbStarted)] == ["Leave"]


@pytest.mark.rule("wait-url")
def test_a_wait_document_may_hang_up(lobby: Lobby) -> None:
    lobby.bench.pages["/wait"] = page('<Response><Pause length="2"/><Hangup/></Response>')
    lobby.wait_in("anna", 'waitUrl="/wait" action="/after"')
    lobby.bench.wait(3.0)
    assert lobby.bench.emulator.open_calls == 0
    assert lobby.told("/after", "QueueResult", "QueueTime") == [{"QueueResult": "hangup", "QueueTime": "2"}]


@pytest.mark.rule("enqueue-full")
@pytest.mark.rule("enqueue-max-size")
@pytest.mark.parametrize("place", ["attribute", "rest"])
def test_a_full_queue_sends_the_next_one_on(lobby: Lobby, place: str) -> None:
    if place == "rest":
        lobby.client.queues.create(friendly_name="support", max_size=2)
    size = 'maxQueueSize="2"' if place == "attribute" else ""
    lobby.wait_in("anna", f'waitUrl="" {size}')
    lobby.wait_in("bert", 'waitUrl=""')
    assert lobby.queue.max_size == 2
    lobby.wait_in("carl", 'action="/after"')
    assert lobby.told("/after", "QueueResult", "QueueSid", "QueueTime") == [{"QueueResult": "queue-full"}]
    assert (lobby.bench.alerts, lobby.queue.current_size) == ([14207], 2)
    lobby.go("anna")
    lobby.wait_in("dora", 'maxQueueSize="1" action="/after"')
    assert lobby.told("/after", "QueueResult")[1:] == [{"QueueResult": "queue-full"}]
    lobby.wait_in("emil")
    assert lobby.queue.current_size == 2


@pytest.mark.rule("enqueue-result-of-errors")
@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        (HttpFailure("refused", "nobody"), [11202]),
        (HttpResponse(500), [11200]),
        (page("<Response><Record/></Response>"), [14202]),
        (page("<Response><Enqueue>other</Enqueue></Response>"), [14202]),
        (page("<Response"), [12100]),
    ],
)
def test_a_wait_document_that_cannot_be_carried_out_is_the_result_error(
    lobby: Lobby, answer: Any, codes: list[int]
) -> None:
    lobby.bench.pages["/wait"] = answer
    lobby.wait_in("anna", 'waitUrl="/wait" action="/after"')
    assert lobby.told("/after", "QueueResult", "QueueTime") == [{"QueueResult": "error", "QueueTime": "0"}]
    assert (lobby.bench.alerts, lobby.queue.current_size) == (codes, 0)


@pytest.mark.rule("enqueue-result-of-errors")
def test_where_no_queue_can_be_made_the_result_is_system_error(lobby: Lobby) -> None:
    for number in range(1000):
        lobby.bench.store.queues.create(ACCOUNT, f"queue {number}", now=EPOCH)
    lobby.wait_in("anna", 'action="/after"')
    assert lobby.told("/after", "QueueResult", "QueueSid") == [{"QueueResult": "system-error"}]


@pytest.mark.rule("enqueue-result-of-errors")
@pytest.mark.parametrize(("name", "code"), [(" ", 14204), ("q" * 65, 14205)])
def test_a_queue_without_a_name_or_with_a_long_one_is_the_result_error(
    lobby: Lobby, name: str, code: int
) -> None:
    lobby.wait_in("anna", 'action="/after"', name)
    assert lobby.told("/after", "QueueResult", "QueueSid") == [{"QueueResult": "error"}]
    assert (lobby.bench.alerts, lobby.client.queues.list()) == ([code], [])


@pytest.mark.rule("enqueue-taskrouter")
@pytest.mark.parametrize(
    "document",
    ['<Enqueue workflowSid="WW0123"/>', "<Enqueue><Task>{}</Task></Enqueue>"],
    ids=["workflow", "task"],
)
def test_a_workflow_of_taskrouter_is_refused(lobby: Lobby, document: str) -> None:
    lobby.come("anna", document)
    assert lobby.bench.alerts == [13750, 13750]
    assert "TaskRouter is not emulated" in lobby.bench.journal(Alert)[-1].text


@pytest.mark.rule("queue-members")
@pytest.mark.rule("enqueue-action")
def test_the_rest_api_takes_the_front_or_another_one_out(lobby: Lobby) -> None:
    anna = lobby.wait_in("anna", 'waitUrl="/wait" action="/left"')
    bert = lobby.wait_in("bert", 'waitUrl="/wait" action="/left"')
    carl = lobby.wait_in("carl", 'waitUrl="/wait"')
    lobby.bench.pages["/left"] = page("<Response><Say>Never</Say></Response>")
    lobby.bench.wait(3.0)
    assert lobby.members("Front").update(url="http://app.test/after", method="GET").call_sid == anna
    assert lobby.asked("/after")[0].request.method == "GET"
    assert [each.call_sid for each in lobby.members.list()] == [bert, carl]
    assert lobby.told("/left", "CallSid", "QueueResult", "QueueTime") == [
        {"CallSid": anna, "QueueResult": "redirected", "QueueTime": "3"}
    ]
    lobby.members(carl).update(url="http://app.test/after")
    assert [each.call_sid for each in lobby.members.list()] == [bert]
    lobby.client.calls(bert).update(url="http://app.test/after")
    assert lobby.told("/left", "CallSid", "QueueResult")[1:] == [
        {"CallSid": bert, "QueueResult": "redirected"}
    ]
    assert (lobby.members.list(), lobby.bench.emulator.queued) == ([], 0)
    assert refusal(lobby.members(bert).fetch) == (404, 20404)
    assert (lobby.said.count("After"), lobby.said.count("Never")) == (3, 0)
    assert sum(isinstance(each, StopPlayback) for each in lobby.bench.media) == 0
    lobby.bench.settle()


@pytest.mark.rule("queue-members")
def test_to_take_somebody_out_needs_a_url(lobby: Lobby) -> None:
    anna = lobby.wait_in("anna")
    for form, code in (
        ({}, 20001),
        ({"Url": "no url"}, 21205),
        ({"Url": "http://x.test/", "Method": "PUT"}, 21209),
    ):
        here = f"/2010-04-01/Accounts/{ACCOUNT}/Queues/{lobby.queue.sid}/Members/{anna}.json"
        answer = lobby.client.request("POST", f"https://api.twilio.com{here}", data=form)
        assert (answer.status_code, json.loads(answer.text)["code"]) == (400, code)
    assert lobby.queue.current_size == 1


@pytest.mark.rule("queue-delete")
def test_a_queue_is_deleted_only_when_nobody_waits_in_it(lobby: Lobby) -> None:
    lobby.wait_in("anna")
    here = lobby.client.queues(lobby.queue.sid)
    assert refusal(here.delete) == (400, 20409)
    assert here.update(friendly_name="sales", max_size=7).current_size == 1
    lobby.go("anna")
    assert here.delete() is True
    assert lobby.client.queues.list() == []
