"""Webhooks that fail or hang between two parties, and who vanishes then: what is asked, and that nothing stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from sipdomain.entries import Alert
from sipdomain.media.outputs import MediaSilent
from sipdomain.sip.message import Request
from sipdomain.twilio.webhooks.http import HttpFailure, HttpResult
from tests.parity.dialled import BOB, Exchange, sip
from tests.parity.documents import heard
from tests.parity.lobby import Lobby
from tests.parity.test_voice_faults import FAILURES, WAYS, vanish_by_bye
from tests.unit.twilio.bench import Bench
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import Page, page


@pytest.fixture
def line(bench: Bench, alice: Caller) -> Exchange:
    return Exchange(bench, alice)


def clear(line: Exchange) -> None:
    """See that nothing is left of the calls, without an end of the process."""
    line.bench.wait(100.0)
    assert [
        each.status for each in line.bench.calls.newest_first(line.parent.account_sid) if not each.ended_at
    ] == []
    assert line.bench.waiting == []
    assert line.bench.emulator.census == (0, 0, 0, 0, 0, 0, 0)
    assert line.bench.emulator.deadline is None


WHISPER: Final = 'url="/bad"'


@pytest.mark.rule("dial-whisper-failed")
@pytest.mark.parametrize(("answer", "code"), FAILURES.values(), ids=FAILURES)
def test_a_whisper_that_fails_hangs_the_leg_up_and_the_caller_goes_on(
    line: Exchange, answer: Page, code: int
) -> None:
    line.bench.pages["/bad"] = answer
    (bob,) = line.dial(sip(BOB, attributes=WHISPER))
    bob.answer()
    assert (line.bench.alerts, line.statuses, line.told["DialBridged"]) == ([code], ["completed"], "false")
    assert (line.heard(), line.parent.status, line.wires()) == ("Say", "in-progress", [])
    line.leave()
    clear(line)


@pytest.mark.rule("dial-callbacks")
@pytest.mark.parametrize("failure", sorted(FAILURES.keys() - {"no-twiml"}))
def test_a_callback_that_fails_is_an_alert_and_the_dial_goes_on(line: Exchange, failure: str) -> None:
    every = 'statusCallback="/bad" statusCallbackEvent="initiated ringing answered completed"'
    line.bench.pages["/bad"] = FAILURES[failure][0]
    (bob,) = line.dial(sip(BOB, attributes=every))
    bob.respond(180)
    bob.answer()
    assert (line.statuses, len(line.wires())) == (["in-progress"], 2)
    bob.bye()
    assert (set(line.bench.alerts), line.told["DialCallStatus"]) == ({15003}, "completed")
    line.leave()
    clear(line)


@pytest.mark.rule("dial-callbacks")
def test_a_callback_that_hangs_holds_nothing_up(line: Exchange) -> None:
    every = 'statusCallback="/bad" statusCallbackEvent="initiated ringing answered completed"'
    line.bench.pages["/bad"] = None
    (bob,) = line.dial(sip(BOB, attributes=every))
    bob.respond(180)
    bob.answer()
    assert len(line.wires()) == 2
    bob.bye()
    assert (line.told["DialCallStatus"], line.heard()) == ("completed", "Say")
    line.leave()
    told = []
    while line.bench.waiting:
        (waiting,) = line.bench.waiting
        told.append((waiting.parameters["CallStatus"], waiting.parameters["SequenceNumber"]))
        line.bench.answer(waiting, HttpFailure("timeout", ""))
    assert told == [("initiated", "0"), ("ringing", "1"), ("in-progress", "2"), ("completed", "3")]
    clear(line)


@pytest.mark.rule("dial-caller-gone")
@pytest.mark.parametrize("vanish", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize(
    "late",
    [HttpFailure("timeout", ""), page("<Response><Say>Too late</Say></Response>")],
    ids=["fails", "late"],
)
def test_a_caller_who_vanishes_while_a_whisper_hangs_takes_the_called_one_along(
    line: Exchange, vanish: Callable[[Caller], None], late: HttpResult
) -> None:
    line.bench.pages["/bad"] = None
    (bob,) = line.dial(sip(BOB, attributes=WHISPER))
    bob.answer()
    (hanging,) = line.bench.waiting
    if vanish is vanish_by_bye:
        line.leave()
    else:
        line.bench.tell(MediaSilent(line.parent.sid, 60.0))
    assert (line.parent.status, line.statuses, line.told["DialBridged"]) == (
        "completed",
        ["completed"],
        "false",
    )
    line.bench.answer(hanging, late)
    assert (heard(line.bench), line.wires()) == ([], [])
    clear(line)


@pytest.mark.rule("dial-leg-lost")
def test_a_called_one_who_vanishes_while_a_whisper_hangs_is_reported_to_the_action(line: Exchange) -> None:
    line.bench.pages["/bad"] = None
    (bob,) = line.dial(sip(BOB, attributes=WHISPER))
    bob.answer()
    (hanging,) = line.bench.waiting
    line.bench.tell(MediaSilent(line.children[0].sid, 60.0))
    assert (line.statuses, line.told["DialBridged"], line.heard()) == (["completed"], "false", "Say")
    line.bench.answer(hanging, page("<Response><Say>Too late</Say></Response>"))
    assert heard(line.bench) == ["After"]
    line.leave()
    clear(line)


@pytest.mark.rule("dial-leg-lost")
def test_both_vanish_at_once(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB))
    bob.answer()
    line.bench.wait(3.0)
    for each in (line.parent, line.children[0]):
        line.bench.tell(MediaSilent(each.sid, 60.0))
    assert (line.parent.status, line.statuses) == ("completed", ["completed"])
    assert (line.told["DialCallStatus"], line.told["DialCallDuration"]) == ("completed", "3")
    clear(line)


@pytest.mark.rule("dial-caller-gone")
def test_a_called_one_who_answers_as_the_caller_goes_is_hung_up(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB))
    bob.respond(180)
    line.leave()
    line.bench.take()
    bob.respond(200, body=b"v=0\r\n")
    sent = [each.method for each in line.bench.take() if isinstance(each, Request)]
    assert sent == ["ACK", "BYE"]
    assert (line.statuses, line.told["DialCallStatus"], line.wires()) == (["no-answer"], "no-answer", [])
    clear(line)


@pytest.mark.rule("dial-leg-lost")
@pytest.mark.parametrize("answers", [100, 180, 183], ids=str)
def test_a_called_one_who_vanishes_while_it_rings_is_given_up(line: Exchange, answers: int) -> None:
    (bob,) = line.dial(sip(BOB), 'timeout="5" action="/after"')
    bob.respond(answers)
    line.bench.wait(120.0)
    assert (line.statuses, line.told["DialCallStatus"], line.parent.status) == (
        ["no-answer"],
        "no-answer",
        "in-progress",
    )
    line.leave()
    clear(line)


@pytest.mark.rule("dial-leg-lost")
def test_a_called_one_who_is_never_there_is_given_up(line: Exchange) -> None:
    line.dial(sip(BOB), 'timeout="60" action="/after"')
    line.bench.wait(40.0)
    assert (line.statuses, line.told["DialCallStatus"]) == (["no-answer"], "no-answer")
    line.leave()
    clear(line)


# --- queues ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("queue-whisper-failed")
@pytest.mark.parametrize(("answer", "code"), FAILURES.values(), ids=FAILURES)
def test_a_whisper_to_who_waited_fails_and_the_two_are_connected(
    lobby: Lobby, answer: Page, code: int
) -> None:
    lobby.bench.pages["/bad"] = answer
    lobby.wait_in("anna", 'action="/left"')
    lobby.dial("agent", 'action="/done"', 'url="/bad"')
    assert (lobby.bench.alerts, len(lobby.patches)) == ([code], 2)
    lobby.go("anna")
    lobby.go("agent")
    assert lobby.told("/left", "QueueResult") == [{"QueueResult": "bridged"}]


@pytest.mark.rule("queue-bridging")
@pytest.mark.parametrize("gone", ["anna", "agent"])
def test_who_vanishes_while_a_whisper_hangs_leaves_nothing(lobby: Lobby, gone: str) -> None:
    lobby.bench.pages["/bad"] = None
    calls = {"anna": lobby.wait_in("anna", 'action="/left"')}
    calls["agent"] = lobby.dial("agent", 'timeout="5" action="/done"', 'url="/bad"')
    (hanging,) = lobby.bench.waiting
    lobby.bench.tell(MediaSilent(calls[gone], 60.0))
    lobby.bench.wait(30.0)
    lobby.bench.answer(hanging, page("<Response><Say>Too late</Say></Response>"))
    assert (lobby.patches, lobby.bench.emulator.queued) == ([], 0)
    assert "Too late" not in lobby.said
    assert lobby.told("/left", "QueueResult") == [{"QueueResult": "bridging-in-process"}]
    assert len(lobby.asked("/done")) == 1


@pytest.mark.rule("dial-status-of-several")
@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("!", "line 1: <Sip> cannot be called: not a SIP URI: 'sip:!'"),
        ("sip:bob@127.0.0.20:70000", "line 1: <Sip> cannot be called: not a port: 70000"),
    ],
)
def test_an_alert_says_once_why_a_noun_cannot_be_called(line: Exchange, uri: str, why: str) -> None:
    line.dial(sip(uri), after="<Pause/>")
    assert [(each.code, each.text) for each in line.bench.journal(Alert)] == [(13243, why)]
