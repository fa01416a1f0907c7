"""What <Gather> wants, event by event."""

from __future__ import annotations

import pytest

from sipdomain.twiml.document import Element
from sipdomain.twiml.hearing import Heard
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
    Hear,
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


def spoken(words: str, confidence: str, action: str = "") -> Goto:
    return Goto(action, "POST", (("SpeechResult", words), ("Confidence", confidence)), "action")


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
        ([Heard("yes", 0.5)], {"input": "speech"}, spoken("yes", "0.5")),
        ([Heard("yes", 0.99)], {"input": "dtmf speech", "action": "/a"}, spoken("yes", "0.99", "/a")),
        ([First(0, Ran(Continue())), Heard("no", 1.0)], {"input": "speech"}, spoken("no", "1")),
        ([First(0, Ran(Continue())), First(0, Done())], {"input": "speech"}, Continue()),
        (
            [First(0, Ran(Continue())), First(0, Done())],
            {"input": "speech", "actionOnEmptyResult": "true"},
            Goto("", "POST", (("SpeechResult", ""),), "action"),
        ),
        ([Heard("", 0.0), Heard("yes", 0.5)], {"input": "speech"}, spoken("yes", "0.5")),
        ([Heard("", 0.0)] * 4, {"input": "speech"}, Continue()),
        (
            [First(1, Pressed("4")), key("2"), key("#")],
            {"input": "dtmf speech"},
            Goto("", "POST", (("Digits", "42"),), "action"),
        ),
        ([First(1, Pressed("#"))], {"input": "dtmf speech"}, Continue()),
        (
            [First(1, Pressed("4"))],
            {"input": "dtmf speech", "numDigits": "1"},
            Goto("", "POST", (("Digits", "4"),), "action"),
        ),
        (
            [First(0, Ran(Crash(Failed(13420, "a text", "/a"))))],
            {"input": "speech"},
            Crash(Failed(13325, "a text", "/a")),
        ),
        ([Interrupted("hung-up")], {"input": "speech"}, End()),
        ([], {"input": "speech", "speechModel": "deepgram_nova-2", "language": "ar-AE"}, Continue()),
    ],
)
def test_how_it_ends(happenings: list[Happened], attributes: dict[str, str], outcome: Outcome) -> None:
    assert gather(happenings, **attributes)[1] == outcome


@pytest.mark.parametrize(
    ("attributes", "pause"),
    [
        ({}, 5.0),
        ({"timeout": "2"}, 2.0),
        ({"speechTimeout": "3", "timeout": "2"}, 3.0),
        ({"speechTimeout": "auto"}, 0.8),
        ({"speechTimeout": "auto", "speechModel": "phone_call", "timeout": "7"}, 7.0),
        ({"speechTimeout": "soon", "timeout": "4"}, 4.0),
    ],
)
def test_speech_is_over_after_so_much_silence(attributes: dict[str, str], pause: float) -> None:
    wants, _ = gather([Heard("yes", 0.5)], input="speech", **attributes)
    assert isinstance(wants[1], Hear)
    assert wants[1].pause == pause


def test_what_it_says_of_speech_reaches_who_hears() -> None:
    wants, _ = gather(
        [Heard("yes", 0.5)], input="dtmf speech", hints="a b, c ,,d", language="de-DE", maxSpeechTime="90",
        profanityFilter="false", partialResultCallback="/partial", partialResultCallbackMethod="GET",
    )  # fmt: skip
    hear = wants[1]
    assert isinstance(hear, Hear)
    assert (hear.hints, hear.language, hear.longest) == (("a b", "c", "d"), "de-DE", 60.0)
    assert (hear.profanity_filter, hear.partial_url, hear.partial_method) == (False, "/partial", "GET")
    assert isinstance(hear.until, FirstOf)
    assert hear.until.wants[1] == Key()


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
