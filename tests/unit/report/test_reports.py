"""Terminal, JUnit and JSON lines say the same of a result, and no password."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from junitparser import Failure, JUnitXml, Properties, Skipped

from sipdomain.entries import CallBegan, PhoneEvent
from sipdomain.errors import Position
from sipdomain.mask import masking
from sipdomain.report.console import Console
from sipdomain.report.failure import failure
from sipdomain.report.files.jsonl import result_lines
from sipdomain.report.files.junit import junit_xml
from sipdomain.report.files.transcript import transcript_text
from sipdomain.scenario.mismatch import Mismatch
from sipdomain.scenario.runner import Result
from tests.unit.report.journals import a_call, a_refusal

PLACE = Position("calls/office.scenario.yaml", 12, 5, "  - expect: {answered: true}", 6)
PASSED = Result(
    "calls/good.scenario.yaml", "A good call", "passed", "documented", "live", 2.614, entries=tuple(a_call()),
    calls={"c1@phone": "right"}, secrets=frozenset({"Correct-Horse-42"}),
)  # fmt: skip
FAILED = Result(
    "calls/office.scenario.yaml", "Only the office may call", "failed", "documented", "live", 5.0,
    mismatches=(
        Mismatch(
            "steps[1].expect.answered", "answered", "trying", ("responses: none", "password Correct-Horse-42"),
            "c1@phone", PLACE,
        ),
    ),
    entries=tuple(a_refusal()), calls={"c1@phone": "office"}, secrets=frozenset({"Correct-Horse-42"}),
)  # fmt: skip
NOT_RUN = Result(
    "calls/sipp.scenario.yaml", "SIPp calls", "not run", "documented", "sim", reason="needs live sockets"
)
RESULTS = [PASSED, FAILED, NOT_RUN]


def test_a_foreign_reader_understands_the_junit_report(tmp_path: Path) -> None:
    began = CallBegan(at=0.0, call_sid="CA1", call_id="c1@phone")
    passed = replace(PASSED, tags=("smoke",), entries=(began, *PASSED.entries))
    file = tmp_path / "report.xml"
    file.write_bytes(junit_xml([passed, FAILED, NOT_RUN]))
    [suite] = JUnitXml.fromfile(str(file))
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (3, 1, 0, 1)
    good, bad, skipped = suite
    assert [(each.name, each.value) for each in good.child(Properties)] == [
        ("substrate", "live"), ("profile", "documented"), ("tag", "smoke"), ("call right", "CA1"),
    ]  # fmt: skip
    assert "│ INVITE" in good.system_out
    [why] = bad.result
    assert isinstance(why, Failure)
    assert why.message == "steps[1].expect.answered: expected answered, got trying"
    assert "Add 127.0.0.10 to the access list" in (why.text or "")
    assert "│ INVITE" in bad.system_out
    assert [type(each) for each in skipped.result] == [Skipped]


def console_text(*, ascii_only: bool) -> str:
    stream = io.StringIO()
    console = Console(stream, colour=False, ascii_only=ascii_only)
    for result in RESULTS:
        console.status(f"1/3 · {result.title}")
        console.finished(result)
    console.summary(RESULTS)
    return stream.getvalue()


def test_the_terminal_shows_a_line_for_each_scenario_and_the_count() -> None:
    lines = console_text(ascii_only=False).splitlines()
    assert lines[0] == f"✓ {'A good call':76} 2.61 s"
    assert lines[1] == f"✗ {'Only the office may call':76} 5.00 s"
    assert lines[-2] == f"- {'SIPp calls':76} not run: needs live sockets"
    assert lines[-1] == "1 passed, 1 failed, 1 not run"


def test_a_terminal_without_utf8_gets_ascii() -> None:
    assert console_text(ascii_only=True).isascii()


def test_a_line_for_another_program_is_ascii_where_the_terminal_is() -> None:
    stream = io.StringIO()
    Console(stream, colour=False, ascii_only=True).announce("::error title=caf\u00e9::x\x1b")
    assert stream.getvalue() == "::error title=caf?::x?\n"


def test_a_failure_says_what_where_and_why() -> None:
    lines = failure(FAILED).splitlines()
    assert lines[:13] == [
        "error: steps[1].expect.answered is not met",
        "  --> calls/office.scenario.yaml:12:5",
        "12 |   - expect: {answered: true}",
        "   |     ^^^^^^",
        "  expected  answered",
        "  got       trying",
        "  seen      responses: none",
        "            password ********",
        "",
        "why the emulator decided so:",
        "  access-list: dropped address-not-listed (32201), rule acl-drop",
        "    got     127.0.0.10",
        "    wanted  office: 127.0.0.11, 10.0.0.0/8",
    ]
    assert "│ INVITE ─" in lines[18]


def test_junit_counts_and_carries_the_ladder() -> None:
    root = ET.fromstring(junit_xml(RESULTS))
    suite = root[0]
    assert [suite.get(key) for key in ("tests", "failures", "skipped", "time")] == ["3", "1", "1", "7.614"]
    good, bad, skipped = suite
    assert good.findtext("system-out", "").startswith("right · c1@phone")
    assert bad[0].get("message") == "steps[1].expect.answered: expected answered, got trying"
    assert skipped[0].attrib == {"message": "needs live sockets"}


def test_json_lines_hold_the_result_and_then_the_journal() -> None:
    lines = [json.loads(line) for line in result_lines(PASSED)]
    assert (lines[0]["kind"], lines[0]["outcome"], lines[0]["title"]) == ("Result", "passed", "A good call")
    assert [line["kind"] for line in lines[1:5]] == ["SipMessage"] * 3 + ["SipMessage"]
    assert lines[1]["data"].startswith("INVITE sip:100@acme.sip.twilio.com SIP/2.0\r\n")


@pytest.mark.parametrize(
    "report",
    [
        failure(FAILED),
        junit_xml(RESULTS).decode(),
        "".join(result_lines(PASSED)),
        transcript_text(RESULTS).decode(),
    ],
)
def test_no_report_shows_a_secret(report: str) -> None:
    assert "Correct-Horse-42" not in report
    assert "0123456789abcdef" not in report
    assert "Pass-Word" not in report


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            'Digest username="a", response="00ff", qop=auth',
            'Digest username="a", response="********", qop=auth',
        ),
        ("Authorization: Basic QUMxMjM6c2VjcmV0", "Authorization: Basic ********"),
        (
            "http://user:word@host/x and https://host:80/y",
            "http://user:********@host/x and https://host:80/y",
        ),
        ("a=crypto:1 SUITE inline:AAAA+/BB|2^31", "a=crypto:1 SUITE inline:********|2^31"),
        ("longer-secret and secret-1", "******** and ********"),
        ("a plain word", "a plain word"),
    ],
)
def test_credentials_are_masked_by_their_form(text: str, masked: str) -> None:
    assert masking({"secret-1", "longer-secret", "abc", ""})(text) == masked


def test_transcripts_stand_below_the_titles_of_their_scenarios() -> None:
    began = CallBegan(at=0.0, call_sid="CA1", call_id="c1@phone")
    spoken = PhoneEvent(
        at=1.0, phone="alice", call_id="c1@phone", event="says", detail="Correct-Horse-42 it is"
    )
    told = replace(PASSED, entries=(began, spoken))
    assert transcript_text([told, NOT_RUN]).decode().splitlines() == [
        "# A good call: passed, live",
        "",
        "right",
        "  CA1  c1@phone",
        "      0.000 s  alice says “******** it is”",
        "",
        "# SIPp calls: not run, sim",
        "",
    ]
