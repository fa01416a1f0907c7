"""What <Gather> wants, event by event."""

from __future__ import annotations

import pytest

from sipdomain.twiml.document import Element
from sipdomain.twiml.parse import parse
from sipdomain.twiml.program import (
    Answer,
    Continue,
    Crash,
    Done,
    End,
    Failed,
    First,
    FirstOf,
    Goto,
    Happened,
    Interrupted,
    Key,
    Nested,
    Outcome,
    Pressed,
    Ran,
    Sleep,
    Want,
)
from sipdomain.twiml.verbs import VERBS
from sipdomain.twiml.verbs.gather import prompts
from tests.unit.twiml.played import played

PROMPT_OVER = First(1, Ran(Continue()))
TIME_OVER = First(1, Done())


def key(name: str) -> First:
    return First(0, Pressed(name))


def gather(happenings: list[Happened], **attributes: str) -> tuple[list[Want], Outcome]:
    """Return what a Gather wants, and how it ends, when this happens."""
    element = Element("Gather", tuple(attributes.items()), children=(Element("Say", text="Press"),))
    program = VERBS["Gather"].run(element)
    return played(program, (Done(), *happenings))


def test_it_wants_a_key_beside_its_prompts_and_then_beside_the_timeout() -> None:
    wants, outcome = gather([PROMPT_OVER, key("1"), TIME_OVER], timeout="3", action="/menu")
    answer, first, *others = wants
    assert answer == Answer()
    assert isinstance(first, FirstOf)
    assert first.wants[0] == Key()
    assert isinstance(first.wants[1], Nested)
    assert others == [FirstOf((Key(), Sleep(3.0)))] * 2
    assert outcome == Goto("/menu", "POST", (("Digits", "1"),), "action")


@pytest.mark.parametrize(
    ("happenings", "attributes", "outcome"),
    [
        ([key("1")], {"numDigits": "1"}, Goto("", "POST", (("Digits", "1"),), "action")),
        ([key("1"), key("#")], {"method": "GET"}, Goto("", "GET", (("Digits", "1"),), "action")),
        ([key("#")], {}, Continue()),
        ([PROMPT_OVER, TIME_OVER], {}, Continue()),
        ([key("#")], {"actionOnEmptyResult": "true"}, Goto("", "POST", (("Digits", ""),), "action")),
        ([Interrupted("hung-up")], {}, End()),
        ([First(1, Ran(Crash(Failed(11200, "gone", "/a"))))], {}, Crash(Failed(11200, "gone", "/a"))),
        ([First(1, Ran(Crash(Failed(13420, "a text", "/a"))))], {}, Crash(Failed(13325, "a text", "/a"))),
        ([], {"input": "speech"}, Continue()),
    ],
)
def test_how_it_ends(happenings: list[Happened], attributes: dict[str, str], outcome: Outcome) -> None:
    assert gather(happenings, **attributes)[1] == outcome


def test_what_may_not_stand_inside_does_not_play() -> None:
    say, play, pause = Element("Say", text="Hi"), Element("Play", text="/a.wav"), Element("Pause")
    keys = Element("Play", (("digits", "1"),))
    assert prompts(Element("Gather", children=(say, Element("Dial"), keys, play, pause))) == (
        say,
        play,
        pause,
    )


def test_an_automatic_end_of_speech_needs_the_default_model() -> None:
    warned = parse(b"<Response><Gather speechTimeout='auto' speechModel='phone_call'/></Response>").warnings
    assert [each.code for each in warned] == [13335]


def test_five_hundred_hints_are_taken_and_no_more() -> None:
    for count, codes in ((500, []), (501, [13330])):
        hints = ",".join(["word"] * count)
        document = parse(f"<Response><Gather hints='{hints}'/></Response>".encode())
        assert [each.code for each in document.warnings] == codes
