from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, repeat
from pathlib import Path

import pytest

from sipdomain.twiml.document import Document
from sipdomain.twiml.parse import parse
from sipdomain.twiml.program import (
    Answer,
    Crash,
    Done,
    End,
    Failed,
    Goto,
    Happened,
    Interrupted,
    Outcome,
    PlayKeys,
    PlayUrl,
    Refuse,
    Sleep,
    Speak,
    Want,
)
from sipdomain.twiml.runner import run

DOCUMENTS = Path(__file__).parents[3] / "fixtures" / "twiml"


def carry_out(
    document: Document, happenings: Iterable[Happened] = ()
) -> tuple[list[Want], Outcome, list[str]]:
    """Send these happenings, then `Done` for ever; return wants, outcome and verbs begun."""
    wants: list[Want] = []
    verbs: list[str] = []
    program = run(document, lambda element: verbs.append(element.name))
    replies = chain(happenings, repeat(Done()))
    try:
        wants.append(next(program))
        while True:
            wants.append(program.send(next(replies)))
    except StopIteration as stopped:
        return wants, stopped.value, verbs


@pytest.mark.parametrize(
    ("name", "wants", "outcome"),
    [
        ("greeting.xml", [Answer(), Speak("Welcome to Acme"), Answer()], End()),
        ("empty-response.xml", [Answer()], End()),
        ("hangup-first.xml", [Answer()], End()),
        ("pause-first.xml", [Sleep(5.0), Answer(), Speak("Hi there"), Answer()], End()),
        ("redirect.xml", [], Goto("../next?step=2&from=redirect", "GET")),
        ("redirect-to-itself.xml", [], Goto("", "POST")),
        ("reject.xml", [], Refuse("rejected")),
        ("reject-busy.xml", [], Refuse("busy")),
        ("reject-too-late.xml", [Sleep(1.0), Answer()], End()),
        (
            "not-emulated.xml",
            [Answer(), Speak("One moment")],
            Crash(Failed(13750, "line 4: <Pay> is not emulated yet")),
        ),
        (
            "menu-of-verbs.xml",
            [
                Answer(),
                Speak("Please hold", "woman", "en-GB"),
                Speak("Please hold", "woman", "en-GB"),
                Sleep(3.0),
                Answer(),
                PlayUrl("music/waltz.wav"),
                Answer(),
                PlayKeys("1w2#"),
                Answer(),
            ],
            End(),
        ),
        (
            "ssml.xml",
            [
                Answer(),
                Speak(
                    "Call 555 unbelievable, from the World Wide Web Consortium",
                    "Polly.Joanna-Neural",
                    "en-US",
                ),
                Answer(),
            ],
            End(),
        ),
        (
            "bad-values.xml",
            [
                Answer(),
                Speak("One"),
                Answer(),
                Answer(),
                PlayUrl("two.wav"),
                Answer(),
                Sleep(1.0),
            ],
            Goto("/three", "POST"),
        ),
    ],
)
def test_a_document_is_carried_out(name: str, wants: list[Want], outcome: Outcome) -> None:
    assert carry_out(parse((DOCUMENTS / name).read_bytes()))[:2] == (wants, outcome)


@pytest.mark.parametrize(
    ("name", "verbs"),
    [
        ("menu-of-verbs.xml", ["Say", "Pause", "Play", "Play", "Hangup"]),
        ("redirect.xml", ["Redirect"]),
        ("reject-too-late.xml", ["Pause", "Reject"]),
        ("not-emulated.xml", ["Say", "Pay"]),
        ("empty-response.xml", []),
    ],
)
def test_only_verbs_that_are_reached_are_reported(name: str, verbs: list[str]) -> None:
    assert carry_out(parse((DOCUMENTS / name).read_bytes()))[2] == verbs


@pytest.mark.parametrize("verb", ["<Say loop='0'>a</Say>", "<Say loop='5000'>a</Say>"])
def test_an_endless_loop_ends_after_a_thousand_times(verb: str) -> None:
    wants, outcome, _ = carry_out(parse(f"<Response>{verb}</Response>".encode()))
    assert wants.count(Speak("a")) == 1000
    assert outcome == End()


def test_words_beyond_the_limit_are_not_spoken() -> None:
    wants, _, _ = carry_out(parse(b"<Response><Say>" + b"a" * 5000 + b"</Say></Response>"))
    assert wants == [Answer(), Speak("a" * 4096), Answer()]


def test_digits_go_before_a_url() -> None:
    wants, _, _ = carry_out(parse(b"<Response><Play digits='7' loop='2'>/a.wav</Play></Response>"))
    assert wants == [Answer(), PlayKeys("7"), PlayKeys("7"), Answer()]


@pytest.mark.parametrize(
    ("body", "happenings", "wants"),
    [
        ("<Say>a</Say><Say>b</Say>", [Interrupted("hung-up")], [Answer()]),
        ("<Say loop='3'>a</Say><Say>b</Say>", [Done(), Interrupted("hung-up")], [Answer(), Speak("a")]),
        ("<Play>a</Play><Say>b</Say>", [Done(), Interrupted("hung-up")], [Answer(), PlayUrl("a")]),
        ("<Pause/><Say>b</Say>", [Interrupted("hung-up")], [Sleep(1.0)]),
        ("<Hangup/>", [Interrupted("hung-up")], [Answer()]),
        ("", [Interrupted("hung-up")], [Answer()]),
    ],
)
def test_when_the_caller_is_gone_nothing_more_is_wanted(
    body: str, happenings: list[Happened], wants: list[Want]
) -> None:
    document = parse(f"<Response>{body}</Response>".encode())
    assert carry_out(document, happenings)[:2] == (wants, End())


@pytest.mark.parametrize(
    ("body", "happenings"),
    [
        ("<Say>a</Say>", [Failed(12400, "broken", "http://x/")]),
        ("<Play>a</Play><Say>b</Say>", [Done(), Failed(12400, "broken", "http://x/")]),
        ("<Hangup/>", [Failed(12400, "broken", "http://x/")]),
        ("", [Failed(12400, "broken", "http://x/")]),
    ],
)
def test_a_failure_crashes_the_document(body: str, happenings: list[Happened]) -> None:
    document = parse(f"<Response>{body}</Response>".encode())
    assert carry_out(document, happenings)[1] == Crash(Failed(12400, "broken", "http://x/"))
