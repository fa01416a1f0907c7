"""What <Enqueue> and <Leave> want, event by event, and which attributes are valid."""

from __future__ import annotations

import pytest

from sipdomain.twiml.document import Element
from sipdomain.twiml.meeting import Dequeued, Enqueue, LastQueue
from sipdomain.twiml.parse import parse
from sipdomain.twiml.program import (
    Answer,
    Continue,
    Crash,
    Done,
    End,
    Failed,
    Goto,
    Happened,
    Interrupted,
    Leave,
    Outcome,
    Want,
)
from sipdomain.twiml.verbs import VERBS
from tests.unit.twiml.played import played


def enqueue(
    happenings: list[Happened], text: str = " support ", **attributes: str
) -> tuple[list[Want], Outcome]:
    """Return what an Enqueue wants, and how it ends, when this happens."""
    program = VERBS["Enqueue"].run(Element("Enqueue", tuple(attributes.items()), text))
    return played(program, happenings)


def goto(result: str, *more: tuple[str, str], method: str = "POST") -> Goto:
    return Goto("/next", method, (("QueueResult", result), *more), "action")


WAITED = (("QueueSid", "QU1"), ("QueueTime", "7"))


def test_it_answers_waits_and_goes_on_with_the_next_verb() -> None:
    wants, outcome = enqueue([Done(), Dequeued("leave", "QU1", 7)])
    assert wants == [Answer(), Enqueue(name="support")]
    assert outcome == Continue()


def test_its_action_gets_how_the_call_waited() -> None:
    _, outcome = enqueue([Done(), Dequeued("leave", "QU1", 7)], action="/next", method="GET")
    assert outcome == goto("leave", *WAITED, method="GET")
    assert enqueue([Done(), Dequeued("queue-full")], action="/next")[1] == goto("queue-full")


@pytest.mark.parametrize("reason", ["hung-up", "redirected"])
def test_its_action_is_asked_when_it_is_interrupted(reason: str) -> None:
    interrupted = Interrupted(reason)  # type: ignore[arg-type]
    wants, outcome = enqueue([Done(), interrupted, Dequeued("hangup", "QU1", 7)], action="/next")
    assert wants == [Answer(), Enqueue(name="support"), LastQueue()]
    assert outcome == goto("hangup", *WAITED)
    assert enqueue([Done(), interrupted, Dequeued("hangup", "QU1", 7)])[1] == End()


def test_it_ends_when_the_caller_is_gone_before_the_answer() -> None:
    assert enqueue([Interrupted("hung-up")], action="/next") == ([Answer()], End())


def test_it_ends_when_it_never_came_to_the_queue() -> None:
    failed = Failed(12400, "the call was in no queue")
    assert enqueue([Done(), Interrupted("hung-up"), failed], action="/next")[1] == Crash(failed)


@pytest.mark.parametrize("name", ["", "  ", "q" * 65])
def test_a_name_that_is_not_valid_is_the_result_error(name: str) -> None:
    assert enqueue([Done()], name, action="/next") == ([Answer()], goto("error"))


@pytest.mark.parametrize(
    ("attributes", "want"),
    [
        ({"waitUrl": ""}, Enqueue(name="support", wait_url="")),
        (
            {"waitUrl": " /w ", "waitUrlMethod": "GET"},
            Enqueue(name="support", wait_url="/w", wait_method="GET"),
        ),
        ({"maxQueueSize": "5000"}, Enqueue(name="support", most=5000)),
        ({"maxQueueSize": "5001"}, Enqueue(name="support", most=5000)),
    ],
)
def test_its_attributes_say_how_the_call_waits(attributes: dict[str, str], want: Enqueue) -> None:
    assert enqueue([Done(), Dequeued("leave")], **attributes)[0] == [Answer(), want]


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        ("<Enqueue>support</Enqueue>", []),
        ("<Enqueue/>", [14204]),
        (f"<Enqueue>{'q' * 64}</Enqueue>", []),
        (f"<Enqueue>{'q' * 65}</Enqueue>", [14205]),
        ('<Enqueue workflowSid="WW1"/>', [13750]),
        ('<Enqueue><Task priority="5">{"a": 1}</Task></Enqueue>', [13750]),
        ('<Enqueue method="PUT">a</Enqueue>', [14201]),
        ('<Enqueue waitUrlMethod="PUT">a</Enqueue>', [14206]),
        ('<Enqueue maxQueueSize="0">a</Enqueue>', [12200]),
        ('<Enqueue maxQueueSize="5001">a</Enqueue>', [12200]),
        ('<Enqueue maxSize="5">a</Enqueue>', [12200]),
        ("<Enqueue>a<Say>b</Say></Enqueue>", [12200]),
        ("<Leave/>", []),
        ('<Leave reason="bored"/>', [12200]),
    ],
)
def test_what_is_not_valid_is_a_warning_of_its_own(document: str, codes: list[int]) -> None:
    assert [each.code for each in parse(f"<Response>{document}</Response>".encode()).warnings] == codes


def test_leave_leaves() -> None:
    program = VERBS["Leave"].run(Element("Leave", ()))
    assert next(program) == Answer()
    with pytest.raises(StopIteration) as ended:
        program.send(Done())
    assert ended.value.value == Leave()
    gone = VERBS["Leave"].run(Element("Leave", ()))
    next(gone)
    with pytest.raises(StopIteration) as ended:
        gone.send(Interrupted("hung-up"))
    assert ended.value.value == End()
