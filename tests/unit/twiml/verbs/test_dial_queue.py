"""What <Dial><Queue> wants, event by event, and which of its attributes are valid."""

from __future__ import annotations

import pytest

from sipdomain.twiml.document import Element
from sipdomain.twiml.meeting import Dequeued, DialQueue, LastQueue, QueueDialled
from sipdomain.twiml.parse import parse
from sipdomain.twiml.program import (
    Answer,
    Continue,
    Done,
    End,
    First,
    FirstOf,
    Goto,
    Happened,
    Interrupted,
    Key,
    Outcome,
    Pressed,
    Want,
)
from sipdomain.twiml.verbs import VERBS
from tests.unit.twiml.played import played

WANT = DialQueue(name="support")
TALKED = QueueDialled(status="completed", sid="QU1", call_sid="CA1", wait=7, duration=30)
TOLD = (
    ("DialCallStatus", "completed"), ("QueueSid", "QU1"), ("DialCallSid", "CA1"), ("QueueTime", "7"),
    ("DialCallDuration", "30"), ("DialBridged", "true"),
)  # fmt: skip


def dial(happenings: list[Happened], text: str = "support", **attributes: str) -> tuple[list[Want], Outcome]:
    """Return what a <Dial> of a queue wants, and how it ends, when this happens."""
    noun = Element("Queue", (("url", "/whisper"), ("method", "GET")) if "url" in attributes else (), text)
    program = VERBS["Dial"].run(Element("Dial", tuple(attributes.items()), text, (noun,)))
    return played(program, happenings)


def test_it_answers_dials_the_queue_and_asks_its_action() -> None:
    wants, outcome = dial([Done(), First(0, TALKED)], action="/next", method="GET")
    assert wants == [Answer(), FirstOf((WANT,))]
    assert outcome == Goto("/next", "GET", TOLD, "action")
    assert dial([Done(), First(0, TALKED)])[1] == Continue()


def test_star_ends_it_where_that_was_asked_for() -> None:
    wants, outcome = dial([Done(), First(1, Pressed("*")), TALKED], action="/next", hangupOnStar="true")
    assert wants == [Answer(), FirstOf((WANT, Key("*"))), LastQueue()]
    assert outcome == Goto("/next", "POST", TOLD, "action")


def test_its_action_is_asked_after_a_hang_up_and_not_after_a_redirect() -> None:
    gone = QueueDialled(status="canceled", sid="QU1")
    _, outcome = dial([Done(), Interrupted("hung-up"), gone], action="/next")
    told = (("DialCallStatus", "canceled"), ("QueueSid", "QU1"), ("DialBridged", "false"))
    assert outcome == Goto("/next", "POST", told, "action")
    assert dial([Done(), Interrupted("redirected")], action="/next")[1] == End()
    assert dial([Interrupted("hung-up")], action="/next")[1] == End()
    assert dial([Done(), Interrupted("hung-up"), Dequeued("leave")], action="/next")[1] == End()


@pytest.mark.parametrize("name", [" ", "q" * 65])
def test_a_name_that_is_not_valid_fails(name: str) -> None:
    told = (("DialCallStatus", "failed"), ("DialBridged", "false"))
    assert dial([Done()], name, action="/next") == ([Answer()], Goto("/next", "POST", told, "action"))


def test_the_attributes_of_both_say_how() -> None:
    wants, _ = dial([Done(), First(0, TALKED)], timeout="600", timeLimit="60", url="yes")
    want = DialQueue(
        name="support", whisper_url="/whisper", whisper_method="GET", timeout=600.0, time_limit=60.0
    )
    assert wants[1] == FirstOf((want,))


@pytest.mark.parametrize(
    ("inside", "codes"),
    [
        ('<Queue url="/a" method="GET">a</Queue>', []),
        ("<Queue/>", [14212]),
        (f"<Queue>{'q' * 65}</Queue>", [14213]),
        ('<Queue method="PUT">a</Queue>', [14210]),
        ('<Queue reservationSid="WR1" postWorkActivitySid="WA1">a</Queue>', [12200, 12200]),
        ('<Queue size="1">a</Queue>', [12200]),
        ("<Queue>a</Queue><Conference>b</Conference>", [13000, 13000]),
    ],
)
def test_what_is_not_valid_is_a_warning_of_its_own(inside: str, codes: list[int]) -> None:
    document = parse(f"<Response><Dial>{inside}</Dial></Response>".encode())
    assert [each.code for each in document.warnings] == codes
