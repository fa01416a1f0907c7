"""What <Record> wants, event by event, and which of its attributes are valid."""

from __future__ import annotations

import pytest

from sipdomain.twiml.document import Element
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
    Want,
)
from sipdomain.twiml.recording import Beep, LastRecording, Record, Recorded
from sipdomain.twiml.verbs import VERBS
from tests.unit.twiml.played import played

URL = "http://api.test/RE1"
WISH = Record(
    source="RecordVerb", track="inbound", trim=True, finish_on="1234567890*#", silence=5.0, longest=3600.0
)


def record(happenings: list[Happened], **attributes: str) -> tuple[list[Want], Outcome]:
    """Return what a Record wants, and how it ends, when this happens."""
    program = VERBS["Record"].run(Element("Record", tuple(attributes.items())))
    return played(program, happenings)


def goto(digits: str, url: str = "/next", method: str = "POST") -> Goto:
    parameters = (("RecordingUrl", URL), ("RecordingDuration", "7"), ("Digits", digits))
    return Goto(url, method, parameters, "action", relative_error=15004 if url else 11100)


def test_it_answers_beeps_records_and_asks_its_action() -> None:
    wants, outcome = record([Done(), Done(), Recorded(URL, 7, "#")], action="/next")
    assert wants == [Answer(), Beep(), WISH]
    assert outcome == goto("#")


def test_without_an_action_it_asks_the_documents_own_url() -> None:
    _, outcome = record([Done(), Done(), Recorded(URL, 7)], method="GET")
    assert outcome == goto("", "", "GET")


def test_after_a_hang_up_it_asks_what_was_recorded_and_its_action_all_the_same() -> None:
    wants, outcome = record([Done(), Done(), Interrupted("hung-up"), Recorded(URL, 7)], action="/next")
    assert wants[-1] == LastRecording()
    assert outcome == goto("hangup")


@pytest.mark.parametrize(
    ("happenings", "outcome"),
    [
        ([Interrupted("hung-up")], End()),
        ([Done(), Interrupted("hung-up")], End()),
        ([Done(), Failed(13420, "no voice")], Crash(Failed(13420, "no voice"))),
        ([Done(), Done(), Interrupted("redirected")], End()),
        ([Done(), Done(), Failed(12400, "full")], Crash(Failed(12400, "full"))),
        ([Done(), Done(), Interrupted("hung-up"), Failed(12400, "nothing")], End()),
    ],
    ids=["before-the-answer", "during-the-tone", "no-tone", "redirected", "full", "nothing-recorded"],
)
def test_where_nothing_was_recorded_nobody_is_asked(happenings: list[Happened], outcome: Outcome) -> None:
    assert record(happenings)[1] == outcome


@pytest.mark.parametrize(
    ("attribute", "value", "code"),
    [
        ("action", "/next", None),
        ("method", "GET", None), ("method", "post", None), ("method", "PUT", 13610),
        ("timeout", "0", None), ("timeout", "14400", None), ("timeout", "-1", 13611), ("timeout", "1.5", 13611),
        ("timeout", "14401", 13611), ("timeout", "", 13611),
        ("finishOnKey", "", None), ("finishOnKey", "12#", None), ("finishOnKey", "A", 13613), ("finishOnKey", "1 2", 13613),
        ("maxLength", "2", None), ("maxLength", "14400", None), ("maxLength", "1", 13612), ("maxLength", "14401", 13612),
        ("maxLength", "long", 13612),
        ("playBeep", "false", None), ("playBeep", "no", 13616),
        ("trim", "do-not-trim", None), ("trim", "true", 13699),
        ("recordingStatusCallback", "/told", None),
        ("recordingStatusCallbackMethod", "GET", None), ("recordingStatusCallbackMethod", "PUT", 12200),
        ("recordingStatusCallbackEvent", "in-progress completed absent", None),
        ("recordingStatusCallbackEvent", "failed", 13621), ("recordingStatusCallbackEvent", "", 13621),
        ("recordingConfigurationId", "x", None),
        ("transcribe", "false", None), ("transcribe", "true", 12200), ("transcribe", "maybe", 13614),
        ("transcribeCallback", "/text", None),
        ("beep", "true", 12200),
    ],
)  # fmt: skip
@pytest.mark.rule("record-warnings", "record-transcribe")
def test_a_bad_attribute_has_its_own_warning(attribute: str, value: str, code: int | None) -> None:
    document = parse(f'<Response><Record {attribute}="{value}"/></Response>'.encode())
    assert [each.code for each in document.warnings] == ([] if code is None else [code])


@pytest.mark.rule("record-transcribe")
def test_what_is_too_long_to_transcribe_has_a_warning() -> None:
    document = parse(b'<Response><Record transcribe="true" maxLength="121"/></Response>')
    assert [each.code for each in document.warnings] == [12200, 13615]


def test_nothing_may_stand_inside() -> None:
    document = parse(b"<Response><Record><Say>Hi</Say></Record></Response>")
    assert [each.code for each in document.warnings] == [12200]
