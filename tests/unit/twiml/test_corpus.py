"""Documents of the greater verbs, and what they want of a call when a person behaves so."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.twiml.dialling import Call, Called, Party
from sipdomain.twiml.document import Document, Element
from sipdomain.twiml.meeting import Confer, Conferred, Dequeued, Enqueue
from sipdomain.twiml.parse import parse
from sipdomain.twiml.program import (
    Answer,
    Begin,
    Continue,
    Done,
    End,
    First,
    FirstOf,
    Goto,
    Happened,
    Key,
    Nested,
    Outcome,
    Pressed,
    Ran,
    Sleep,
    Speak,
    Want,
)
from sipdomain.twiml.recording import Record, Recorded
from sipdomain.twiml.runner import run

DOCUMENTS = Path(__file__).parents[3] / "fixtures" / "twiml"
CALL = Call(
    parties=(
        Party(
            kind="Sip", address="sip:anna@example.com", line=4, username="anna", password="secret",
        ),
        Party(kind="Number", address="+15550101", line=5, send_digits="12#"),
    ),
    sequential=True, timeout=20.0, time_limit=14_400.0, caller_id="+15550100", ring_tone="de",
)  # fmt: skip
CONFER = Confer(name="planning", start_on_enter=False, beep_on_enter=False, wait_url="")
BACKGROUND = Record(source="StartCallRecordingAPI", track="both", channels=1, trim=True)
MESSAGE = Record(source="RecordVerb", track="inbound", trim=True, finish_on="#", silence=5.0, longest=30.0)
PROMPTS = Nested(
    Document(
        (
            Element("Say", text="Press 1", line=4, number=2),
            Element("Pause", (("length", "2"),), line=6, number=4),
        )
    )
)


@pytest.mark.parametrize(
    ("name", "happenings", "wants", "outcome", "verbs"),
    [
        pytest.param(
            "dial-in-turn.xml",
            [Done(), First(0, Called(status="busy", call_sid="CA1"))],
            [Answer(), FirstOf((CALL,))],
            Goto(
                "/over", "POST",
                (("DialCallStatus", "busy"), ("DialCallSid", "CA1"), ("DialBridged", "false")), "action",
            ),
            ["Dial"],
            id="both are busy",
        ),
        pytest.param(
            "meeting.xml",
            [Done(), First(0, Conferred("CF1")), Done()],
            [Answer(), FirstOf((CONFER, Sleep(600.0), Key("*"))), Answer()],
            End(),
            ["Dial", "Hangup"],
            id="the conference ends",
        ),
        pytest.param(
            "leave-a-message.xml",
            [Done(), Done(), Done(), Done(), Done(), Recorded("http://localhost/RE1", 7, "#")],
            [Answer(), Begin(BACKGROUND, "recording all"), Answer(), Speak("After the tone"), Answer(), MESSAGE],
            Goto(
                "", "POST",
                (("RecordingUrl", "http://localhost/RE1"), ("RecordingDuration", "7"), ("Digits", "#")),
                "action", relative_error=11100,
            ),
            ["Start", "Say", "Record"],
            id="a message of seven seconds",
        ),
        pytest.param(
            "support-queue.xml",
            [Done(), Dequeued("queue-full"), Done(), Done(), Done()],
            [
                Answer(), Enqueue(name="support", most=10, wait_url="/music", wait_method="POST"),
                Answer(), Speak("Nobody is free"), Answer(),
            ],
            End(),
            ["Enqueue", "Say"],
            id="the queue is full",
        ),
        pytest.param(
            "menu.xml",
            [Done(), First(0, Pressed("1"))],
            [Answer(), FirstOf((Key(), PROMPTS))],
            Goto("/menu", "POST", (("Digits", "1"),), "action"),
            ["Gather"],
            id="a key during the prompt",
        ),
        pytest.param(
            "menu.xml",
            [Done(), First(1, Ran(Continue())), First(1, Done())],
            [Answer(), FirstOf((Key(), PROMPTS)), FirstOf((Key(), Sleep(3.0)))],
            Goto("/again", "POST"),
            ["Gather", "Redirect"],
            id="no key at all",
        ),
    ],
)  # fmt: skip
def test_a_document_is_carried_out(
    name: str, happenings: list[Happened], wants: list[Want], outcome: Outcome, verbs: list[str]
) -> None:
    begun: list[str] = []
    program = run(parse((DOCUMENTS / name).read_bytes()), lambda element: begun.append(element.name))
    wanted = [next(program), *(program.send(each) for each in happenings[:-1])]
    with pytest.raises(StopIteration) as stopped:
        program.send(happenings[-1])

    assert wanted == wants
    assert stopped.value.value == outcome
    assert begun == verbs
