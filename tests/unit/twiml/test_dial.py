"""<Dial>: what it wants of the call, and what it makes of how that ended."""

from __future__ import annotations

import pytest

from sipdomain.twiml.dialling import Call, Called, DialRecording, LastCalled, Party
from sipdomain.twiml.parse import parse
from sipdomain.twiml.program import (
    Answer,
    Continue,
    Done,
    End,
    Failed,
    First,
    FirstOf,
    Goto,
    Happened,
    Interrupted,
    Key,
    Outcome,
    Pressed,
    Program,
    Want,
)
from sipdomain.twiml.verbs.dial import DIAL

BOB = Party(kind="Sip", address="sip:bob@example.com", line=1)
SIP = "<Sip>sip:bob@example.com</Sip>"
OVER = Called(status="completed", call_sid="CA1", duration=7, bridged=True, details=(("DialSipCallId", "x"),))
TOLD = (
    ("DialCallStatus", "completed"),
    ("DialCallSid", "CA1"),
    ("DialCallDuration", "7"),
    ("DialBridged", "true"),
)


def program(attributes: str = "", inside: str = SIP) -> Program:
    return DIAL.run(parse(f"<Response><Dial {attributes}>{inside}</Dial></Response>".encode()).verbs[0])


def carried_out(running: Program, *happened: Happened) -> tuple[list[Want], Outcome]:
    """Return what is wanted one after another, when this happens in return, and how it ends."""
    wants = [next(running)]
    for each in happened:
        try:
            wants.append(running.send(each))
        except StopIteration as stop:
            return wants, stop.value
    raise AssertionError(f"it goes on after {wants}")


@pytest.mark.parametrize(
    ("attributes", "inside", "call"),
    [
        ("", SIP, Call(parties=(BOB,))),
        ('timeout="20" timeLimit="60" callerId="desk" ringTone="uk" sequential="true"', SIP,
         Call(parties=(BOB,), timeout=20.0, time_limit=60.0, caller_id="desk", ring_tone="uk", sequential=True)),
        ('timeout="4" sequential="maybe"', SIP, Call(parties=(BOB,))),
        ("", "<Say>a</Say> +15550100", Call(parties=(Party(kind="Number", address="+15550100", line=1),))),
        ("", " +15550100 ", Call(parties=(Party(kind="Number", address="+15550100", line=1),))),
        ('record="record-from-ringing-dual" trim="trim-silence" recordingStatusCallback="/r"', SIP,
         Call(parties=(BOB,), recording=DialRecording(begins_at="ringing", channels=2, trim=True, callback="/r"))),
        ('record="true" recordingTrack="outbound"', SIP,
         Call(parties=(BOB,), recording=DialRecording(begins_at="answer", track="outbound"))),
        ("", ('<Sip username="u" password="p" url="/w" method="GET" statusCallback="/s" '
         'statusCallbackEvent="ringing answered">bob@example.com</Sip>'),
         Call(parties=(Party(kind="Sip", address="bob@example.com", line=1, username="u", password="p", url="/w",
                             method="GET", callback="/s", events=("ringing", "answered")),))),
    ],
)  # fmt: skip
def test_it_answers_and_calls(attributes: str, inside: str, call: Call) -> None:
    wants, outcome = carried_out(program(attributes, inside), Done(), First(0, OVER))
    assert (wants, outcome) == ([Answer(), FirstOf((call,))], Continue())


def test_it_does_not_answer_before_the_bridge_when_that_is_so_wanted() -> None:
    wants, outcome = carried_out(program('answerOnBridge="true"'), First(0, OVER))
    assert (wants, outcome) == ([FirstOf((Call(parties=(BOB,)),))], Continue())


@pytest.mark.parametrize(
    ("called", "said"),
    [
        (OVER, (*TOLD, ("DialSipCallId", "x"))),
        (Called(status="failed"), (("DialCallStatus", "failed"), ("DialBridged", "false"))),
        (Called(status="completed", call_sid="CA1", bridged=True, recording_url="http://r"),
         (*TOLD[:2], TOLD[3], ("RecordingUrl", "http://r"))),
    ],
)  # fmt: skip
def test_the_action_is_asked_with_how_it_was(called: Called, said: tuple[tuple[str, str], ...]) -> None:
    _, outcome = carried_out(program('action="/after" method="GET"'), Done(), First(0, called))
    assert outcome == Goto("/after", "GET", said, "action")


def test_a_star_ends_it_and_the_last_call_says_how_it_was() -> None:
    running = program('hangupOnStar="true" action="/after"')
    wants, outcome = carried_out(running, Done(), First(1, Pressed("*")), OVER)
    assert wants == [Answer(), FirstOf((Call(parties=(BOB,)), Key("*"))), LastCalled()]
    assert isinstance(outcome, Goto)


@pytest.mark.parametrize(
    ("happened", "end"),
    [
        ((Interrupted("hung-up"), OVER), Goto("/after", "POST", (*TOLD, ("DialSipCallId", "x")), "action")),
        ((Interrupted("hung-up"), Failed(12400, "nobody was called")), End()),
        ((Interrupted("redirected"),), End()),
    ],
)
def test_an_interruption_asks_the_action_only_for_a_caller_who_hung_up(
    happened: tuple[Happened, ...], end: Outcome
) -> None:
    assert carried_out(program('action="/after"'), Done(), *happened)[1] == end


@pytest.mark.parametrize("inside", ["", "<Sip> </Sip>"])
def test_who_names_nobody_has_failed(inside: str) -> None:
    wants, outcome = carried_out(program('action="/after"', inside), Done())
    assert (wants, outcome) == (
        [Answer()],
        Goto("/after", "POST", (("DialCallStatus", "failed"), ("DialBridged", "false")), "action"),
    )
