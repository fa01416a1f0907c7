"""Whatever stands in a journal, no reader of it shows a secret, or a character that steers a terminal."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, Literal
from xml.etree import ElementTree as ET

from hypothesis import given, settings, strategies as st

from sipdomain.cli.watch import Watch, picture
from sipdomain.entries import (
    Alert,
    CallBegan,
    CallChanged,
    Decision,
    Entry,
    HttpAnswered,
    HttpRequested,
    Note,
    PhoneEvent,
    Registered,
    SipMessage,
    Unregistered,
    VerbStarted,
)
from sipdomain.errors import Position
from sipdomain.journal import Journal
from sipdomain.mask import masking
from sipdomain.report.columns import columns
from sipdomain.report.console import Console
from sipdomain.report.explain import explain
from sipdomain.report.failure import failure
from sipdomain.report.files.github import summary, workflow_commands
from sipdomain.report.files.html import html_page
from sipdomain.report.files.jsonl import result_lines
from sipdomain.report.files.junit import junit_xml
from sipdomain.report.files.tap import tap
from sipdomain.report.files.transcript import transcript_text
from sipdomain.report.ladder import ladders, text as drawn, untimed
from sipdomain.report.page.run import run_data
from sipdomain.runtime.http.control import line
from sipdomain.scenario.mismatch import Mismatch
from sipdomain.scenario.runner import Result
from sipdomain.voice_entries import CompanyChanged, KeyHeard, Played, RecordingEnded, SpeechHeard

SECRET = "Correct-Horse-42"
SPELT = st.sampled_from(
    [
        f"HTTP://u:{SECRET}@h/x", f"http%3A%2F%2Fu%3A{SECRET}%40h", f"sip:u;a=b:{SECRET}@h", f"AuthToken={SECRET}",
        f"Proxy-Authorization: Bearer {SECRET}", f"X-Twilio-Signature: {SECRET}=", f'{{"auth_token": "{SECRET}"}}',
        f"password={SECRET}", "",
    ]
)  # fmt: skip
WORDS = st.text("aé世\U0001f600 ", max_size=120)
CONTROLS = st.text("\x00\x07\x1b\x7f\x85\x9b\u200b\u202e\u2028\u2066\ud800\t\r\n", max_size=8)


@st.composite
def foreign(draw: st.DrawFn) -> str:
    """A text of a stranger."""
    return " ".join([draw(WORDS) + draw(CONTROLS), draw(SPELT), draw(CONTROLS) + draw(WORDS)])


@st.composite
def journal(draw: st.DrawFn) -> list[Entry]:
    """Entries of a call in which each text is a stranger's."""
    text, call_id = draw(foreign()), draw(foreign())
    about: dict[str, Any] = {"at": 0.0, "call_id": call_id}
    sid: dict[str, Any] = {**about, "call_sid": "CA1"}
    pairs = ((text, text), ("Authorization", text), ("X-Twilio-Signature", SECRET))
    head = f"Call-ID: {call_id}\r\nX: {text}\r\n".encode("utf-8", "surrogatepass")
    outcome: Literal["passed", "refused", "challenged"] = draw(
        st.sampled_from(["passed", "refused", "challenged"])
    )
    return [
        SipMessage(
            at=0.0, owner="cloud", lane="in", transport="udp", local="127.0.0.1:5060", remote="127.0.0.9:5060",
            data=draw(st.sampled_from([b"", b"INVITE sip:a SIP/2.0\r\n", b"SIP/2.0 200 OK\r\n"])) + head,
        ),
        Decision(
            method="INVITE", check="domain", outcome=outcome, reason=text, rule="domain", got=text, wanted=text,
            mend=text, **about,
        ),
        HttpRequested(token=1, purpose="voice", method="GET", url=text, parameters=pairs, headers=pairs, **sid),
        HttpAnswered(
            token=1, purpose="voice", status=draw(st.sampled_from([0, 200])), content_type=text,
            body=text.encode("utf-8", "replace"), error=text, detail=text, headers=pairs, **sid,
        ),
        VerbStarted(verb="Say", text=text, url=text, **sid),
        CallBegan(**sid),
        Played(began_at=0.0, what="words", text=text, **sid),
        KeyHeard(key="1", **sid),
        SpeechHeard(began_at=0.0, text=text, by="relay", **sid),
        CompanyChanged(moved="joined", company="conference", text=text, sid="CF1", detail=text, **sid),
        RecordingEnded(recording_sid="RE1", began_at=0.0, length=1.0, text=text, **sid),
        Alert(code=11200, level="error", text=text, **sid),
        PhoneEvent(phone=text, event="pressed", detail=text, **about),
        Registered(domain="d", user=text, contact=text, received=text, expires=60, bindings=1, **about),
        Unregistered(domain="d", user=text, contact=text, cause="expired", bindings=0, **about),
        Note(at=0.0, source="udp", text=text),
        CallChanged(status="completed", **sid),
    ]  # fmt: skip


def result(entries: list[Entry]) -> Result:
    note = entries[-2]
    text = note.text if isinstance(note, Note) else ""
    place = Position("a.yaml", 1, 1, text, 1)
    return Result(
        "a.yaml", text, "failed", "documented", "sim", 1.0, text,
        (Mismatch(text, text, text, (text,), "", place),), tuple(entries), {}, frozenset({SECRET}),
    )  # fmt: skip


def is_clean(text: str, *, lines: bool = True) -> bool:
    """Whether a text has no secret, and no character that steers a terminal but the ends of its lines."""
    shown = text.replace("\n", "") if lines else text
    return SECRET not in text and shown.isprintable()


@settings(max_examples=50)
@given(journal())
def test_ladders_and_explanations_are_clean_and_fit_the_terminal(entries: list[Entry]) -> None:
    for each in ladders(entries):
        assert is_clean(untimed(each))
        for width in (80, 100):
            whole = drawn(each, width=width, wall_offset=1e9)
            assert is_clean(whole)
            assert max(map(columns, whole.splitlines())) <= width
    assert is_clean(explain([each for each in entries if isinstance(each, Decision)]))
    alert = next(each for each in entries if isinstance(each, Alert))
    assert is_clean(picture(entries, alert.call_id))


@settings(max_examples=50)
@given(journal())
def test_reports_are_clean(entries: list[Entry]) -> None:
    made = result(entries)
    stream = io.StringIO()
    for outcome in ("failed", "not run"):
        Console(stream, colour=False, ascii_only=False).finished(replace(made, outcome=outcome))
    assert is_clean(stream.getvalue())
    assert is_clean(failure(made))
    document = junit_xml([made])
    assert is_clean(document.decode())
    assert is_clean("".join(ET.fromstring(document).itertext()))
    assert is_clean(transcript_text([made]).decode())
    assert is_clean(summary([made]).decode())
    assert is_clean("\n".join(workflow_commands([made])))
    assert is_clean(tap([made]).decode())
    for each in result_lines(made):
        assert is_clean(each, lines=False)
        json.loads(each)


@settings(max_examples=50)
@given(journal())
def test_the_page_of_a_run_is_clean_and_so_is_what_it_shows(entries: list[Entry]) -> None:
    made = result(entries)
    assert is_clean(html_page([made]).decode())
    data = run_data([made])
    for each in (data.heads, *data.calls):
        assert all(map(is_clean, texts(json.loads(each))))


def texts(value: Any) -> Iterator[str]:
    """Yield all texts within a value of JSON."""
    match value:
        case str():
            yield value
        case list():
            yield from chain.from_iterable(map(texts, value))
        case dict():
            yield from chain.from_iterable(map(texts, value.values()))
        case _:
            pass


@settings(max_examples=50)
@given(journal())
def test_the_journal_of_the_control_api_is_clean(entries: list[Entry]) -> None:
    for each in entries:
        assert is_clean(line(each), lines=False)
        json.loads(line(each))


@settings(max_examples=50)
@given(journal())
def test_the_lines_of_serve_are_clean(entries: list[Entry]) -> None:
    async def watch() -> str:
        stream, followed = io.StringIO(), Journal()
        Watch(followed, stream, ladders=False)
        for each in entries:
            followed.append(each)
        return stream.getvalue()

    told = asyncio.run(watch())
    assert is_clean(told)
    assert told.count("\n") >= 2


def test_a_password_that_was_given_is_hidden_whatever_stands_around_it() -> None:
    assert masking({SECRET})(f"a{SECRET}b") == "a********b"
