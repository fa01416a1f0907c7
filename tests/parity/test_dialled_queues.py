"""<Dial><Queue>: who is connected to whom, when, what is told of it, and how it ends, whoever goes first."""

from __future__ import annotations

from typing import Any

import pytest

from sipdomain.media.outputs import DtmfReceived, Patch, StopPlayback, Unpatch
from sipdomain.media.patchbay import Edge
from sipdomain.twilio.webhooks.http import HttpFailure
from tests.parity.lobby import Lobby
from tests.unit.twilio.pages import page

TALKED = ("DialCallStatus", "QueueSid", "DialCallSid", "QueueTime", "DialCallDuration", "DialBridged")
LEFT = ("QueueResult", "QueueSid", "QueueTime")


def together(one: str, other: str) -> list[Any]:
    return [Patch(one, other, Edge()), Patch(other, one, Edge())]


def apart(one: str, other: str) -> list[Any]:
    return [Unpatch(one, other), Unpatch(other, one)]


@pytest.mark.rule("dial-queue")
@pytest.mark.rule("queue-bridged")
@pytest.mark.rule("dial-queue-action")
@pytest.mark.rule("dial-queue-status")
def test_an_agent_talks_to_who_has_waited_the_longest(lobby: Lobby) -> None:
    anna = lobby.wait_in("anna", 'action="/after"')
    lobby.wait_in("bert")
    lobby.bench.wait(12.0)
    agent = lobby.dial("agent", 'action="/done"')
    sid = lobby.queue.sid
    assert lobby.patches == together(anna, agent)
    assert any(isinstance(each, StopPlayback) and each.session == anna for each in lobby.bench.media)
    assert [each.call_sid for each in lobby.members.list()] != [anna]
    assert (lobby.queue.current_size, lobby.asked("/after")) == (1, [])
    lobby.bench.wait(7.5)
    lobby.go("agent")
    assert lobby.patches[2:] == apart(anna, agent)
    assert lobby.told("/after", *LEFT) == [{"QueueResult": "bridged", "QueueSid": sid, "QueueTime": "12"}]
    assert lobby.told("/done", *TALKED) == [
        {"DialCallStatus": "completed", "QueueSid": sid, "DialCallSid": anna, "QueueTime": "12",
         "DialCallDuration": "8", "DialBridged": "true"}
    ]  # fmt: skip
    assert (lobby.said, lobby.bench.emulator.open_calls) == (["After"], 2)
    lobby.bench.settle()


@pytest.mark.rule("dial-queue")
def test_when_the_caller_hangs_up_the_agent_goes_on(lobby: Lobby) -> None:
    anna = lobby.wait_in("anna", 'action="/left"')
    agent = lobby.dial("agent", 'action="/after"')
    lobby.bench.wait(3.0)
    lobby.go("anna")
    assert lobby.patches == together(anna, agent) + apart(anna, agent)
    assert lobby.told("/left", *LEFT[::2]) == [{"QueueResult": "bridged", "QueueTime": "0"}]
    assert lobby.told("/after", "DialCallStatus", "DialCallDuration") == [
        {"DialCallStatus": "completed", "DialCallDuration": "3"}
    ]
    assert lobby.said == ["After"]


@pytest.mark.rule("dial-queue")
def test_agents_wait_for_callers_in_the_order_in_which_they_dialled(lobby: Lobby) -> None:
    lobby.client.queues.create(friendly_name="support")
    first, second = lobby.dial("first", 'timeout="60"'), lobby.dial("second", 'timeout="60"')
    lobby.bench.wait(59.0)
    anna = lobby.wait_in("anna", 'waitUrl="/wait"')
    assert (lobby.patches, lobby.asked("/wait")) == (together(anna, first), [])
    lobby.bench.wait(0.5)
    bert = lobby.wait_in("bert")
    assert lobby.patches[2:] == together(bert, second)
    lobby.bench.wait(100.0)
    assert (lobby.queue.current_size, lobby.said) == (0, [])


@pytest.mark.rule("dial-queue")
@pytest.mark.rule("dial-queue-status")
def test_nobody_comes_in_time(lobby: Lobby) -> None:
    sid = lobby.client.queues.create(friendly_name="support").sid
    lobby.dial("agent", 'timeout="20" action="/after"')
    lobby.bench.wait(19.5)
    assert lobby.asked("/after") == []
    lobby.bench.wait(1.0)
    assert lobby.told("/after", *TALKED) == [
        {"DialCallStatus": "no-answer", "QueueSid": sid, "DialBridged": "false"}
    ]
    lobby.wait_in("anna")
    assert (lobby.patches, lobby.queue.current_size) == ([], 1)


@pytest.mark.rule("dial-queue-unknown")
@pytest.mark.rule("dial-queue-status")
@pytest.mark.parametrize(("name", "codes"), [("sales", []), (" ", [14212]), ("q" * 65, [14213])])
def test_there_is_no_such_queue(lobby: Lobby, name: str, codes: list[int]) -> None:
    lobby.wait_in("anna")
    lobby.dial("agent", 'action="/after"', name=name)
    assert lobby.told("/after", *TALKED) == [{"DialCallStatus": "failed", "DialBridged": "false"}]
    assert (lobby.bench.alerts, lobby.queue.friendly_name) == (codes, "support")


@pytest.mark.rule("dial-queue-status")
def test_an_agent_who_hangs_up_before_anybody_comes_is_forgotten(lobby: Lobby) -> None:
    lobby.client.queues.create(friendly_name="support")
    lobby.dial("agent", 'action="/after"')
    lobby.go("agent")
    assert lobby.told("/after", "DialCallStatus") == [{"DialCallStatus": "canceled"}]
    lobby.wait_in("anna")
    assert (lobby.patches, lobby.queue.current_size) == ([], 1)


@pytest.mark.rule("dial-queue")
@pytest.mark.parametrize("way", ["star", "limit"])
def test_star_and_the_time_limit_end_it_for_the_agent(lobby: Lobby, way: str) -> None:
    lobby.wait_in("anna", 'action="/left"')
    agent = lobby.dial("agent", 'hangupOnStar="true" timeLimit="90" action="/after"')
    lobby.bench.wait(60.0)
    lobby.bench.tell(DtmfReceived(agent, "5", 0.1))
    assert lobby.asked("/after") == []
    if way == "star":
        lobby.bench.tell(DtmfReceived(agent, "*", 0.1))
    else:
        lobby.bench.wait(31.0)
    assert lobby.told("/after", "DialCallStatus", "DialCallDuration") == [
        {"DialCallStatus": "completed", "DialCallDuration": "60" if way == "star" else "90"}
    ]
    assert lobby.told("/left", "QueueResult") == [{"QueueResult": "bridged"}]


@pytest.mark.rule("queue-whisper")
def test_the_caller_hears_a_document_before_the_two_are_connected(lobby: Lobby) -> None:
    lobby.bench.pages["/whisper"] = page("<Response><Say>This call may be recorded</Say></Response>")
    anna = lobby.wait_in("anna", 'waitUrl="/wait"')
    lobby.bench.wait(5.0)
    agent = lobby.dial("agent", noun='url="/whisper" method="GET"')
    (asked,) = lobby.asked("/whisper")
    told = {name: asked.parameters[name] for name in ("QueueSid", "CallSid", "QueueTime", "DequeingCallSid")}
    assert told == {
        "QueueSid": lobby.queue.sid, "CallSid": anna, "QueueTime": "5", "DequeingCallSid": agent,
    }  # fmt: skip
    assert (asked.request.method, lobby.patches, lobby.queue.current_size) == ("GET", [], 0)
    lobby.bench.wait(3.0)
    assert lobby.patches == together(anna, agent)
    assert lobby.said == ["Please wait", "This call may be recorded"]


@pytest.mark.rule("queue-whisper-failed")
@pytest.mark.parametrize(
    ("answer", "code"),
    [(HttpFailure("refused", "nobody"), 11202), (page("<Response><Hangup/></Response>"), 14211)],
)
def test_a_whisper_that_cannot_be_heard_connects_the_two(lobby: Lobby, answer: Any, code: int) -> None:
    lobby.bench.pages["/whisper"] = answer
    anna = lobby.wait_in("anna")
    agent = lobby.dial("agent", noun='url="/whisper"')
    assert (lobby.patches, lobby.bench.alerts) == (together(anna, agent), [code])


@pytest.mark.rule("queue-bridging")
def test_a_caller_who_goes_during_the_whisper_makes_room_for_the_next_one(lobby: Lobby) -> None:
    lobby.bench.pages["/whisper"] = page('<Response><Pause length="5"/></Response>')
    lobby.wait_in("anna", 'action="/after"')
    agent = lobby.dial("agent", noun='url="/whisper"', dial='timeout="10"')
    lobby.dial("other", noun='url="/whisper"', dial='timeout="60"')
    lobby.bench.wait(3.0)
    lobby.go("anna")
    assert lobby.told("/after", "QueueResult") == [{"QueueResult": "bridging-in-process"}]
    lobby.bench.wait(6.0)
    bert = lobby.wait_in("bert")
    lobby.bench.wait(20.0)
    assert lobby.patches == together(bert, agent)
    lobby.bench.settle()


@pytest.mark.rule("queue-bridging")
def test_an_agent_whose_time_is_over_when_the_caller_goes_waits_no_more(lobby: Lobby) -> None:
    lobby.bench.pages["/whisper"] = page('<Response><Pause length="60"/></Response>')
    lobby.wait_in("anna")
    lobby.dial("agent", noun='url="/whisper"', dial='timeout="10" action="/after"')
    lobby.bench.wait(30.0)
    assert lobby.asked("/after") == []
    lobby.go("anna")
    lobby.bench.wait(0.0)
    assert lobby.told("/after", "DialCallStatus") == [{"DialCallStatus": "no-answer"}]


@pytest.mark.rule("queue-bridging")
def test_a_caller_whose_agent_goes_during_the_whisper_goes_on(lobby: Lobby) -> None:
    lobby.bench.pages["/whisper"] = page('<Response><Pause length="5"/></Response>')
    lobby.wait_in("anna", 'action="/after"')
    lobby.bench.wait(4.0)
    lobby.dial("agent", noun='url="/whisper"')
    lobby.go("agent")
    assert lobby.told("/after", *LEFT[::2]) == [{"QueueResult": "bridging-in-process", "QueueTime": "4"}]
    lobby.bench.wait(20.0)
    assert (lobby.patches, lobby.bench.emulator.open_calls) == ([], 1)


@pytest.mark.rule("queue-bridged")
def test_the_rest_api_takes_either_of_the_two_elsewhere(lobby: Lobby) -> None:
    anna = lobby.wait_in("anna", 'action="/left"')
    agent = lobby.dial("agent", 'action="/done"', after='<Pause length="600"/>')
    lobby.client.calls(anna).update(url="http://app.test/after")
    assert lobby.told("/left", "QueueResult") == [{"QueueResult": "redirected-from-bridged"}]
    assert lobby.told("/done", "DialCallStatus") == [{"DialCallStatus": "completed"}]
    bert = lobby.wait_in("bert", 'action="/left"')
    other = lobby.dial("other", 'action="/done"')
    lobby.client.calls(other).update(url="http://app.test/after")
    assert lobby.told("/left", "QueueResult")[1:] == [{"QueueResult": "bridged"}]
    assert len(lobby.asked("/done")) == 1
    assert lobby.patches == [
        *together(anna, agent), *apart(anna, agent), *together(bert, other), *apart(bert, other),
    ]  # fmt: skip
    lobby.bench.settle()


@pytest.mark.rule("dial-queue")
def test_a_whole_queue_is_served_one_after_another(lobby: Lobby) -> None:
    callers = [lobby.wait_in(f"caller-{number}") for number in range(5)]
    agent = lobby.come("agent", '<Dial timeout="5"><Queue>support</Queue></Dial><Redirect>/voice</Redirect>')
    for number in range(5):
        lobby.go(f"caller-{number}")
    talked = [each.source for each in lobby.patches if isinstance(each, Patch) and each.sink == agent]
    assert talked == callers
    lobby.bench.settle()
