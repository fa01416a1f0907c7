"""What is wrong with a document stands where a person finds it, and verbs that never run are named."""

from __future__ import annotations

import pytest

from sipdomain.twiml.findings import findings

END = "it ends the call"


def places(text: str | bytes) -> list[tuple[int | None, int, int, int]]:
    """Return code, line, column and length of each finding."""
    data = text if isinstance(text, bytes) else text.encode()
    return [
        (each.code, each.where.line, each.where.column, each.where.length) for each in findings(data, "x")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<Response>\n <Say\n  loop='x'>a</Say></Response>", (13510, 3, 3, 8), id="on a later line"),
        pytest.param("<!-- <Say> -->\n<Response><Say loop='x'>a</Say></Response>", (13510, 2, 16, 8), id="comment"),
        pytest.param("<Response><Say><![CDATA[<x>]]></Say><Say loop='x'>a</Say></Response>", (13510, 1, 42, 8), id="CDATA"),
        pytest.param("<Response><Say voice='man' loop = \"x\">a</Say></Response>", (13510, 1, 28, 10), id="blanks"),
        pytest.param("<Response><Say a='loop=\"x\" >' loop='1'>a</Say></Response>", (12200, 1, 16, 14), id="quotes"),
        pytest.param("<Response>\r\n<Shout/></Response>", (12200, 2, 1, 6), id="CR LF"),
        pytest.param("<Response>é<Shout/></Response>".encode("utf-16"), (12200, 1, 12, 6), id="UTF-16"),
        pytest.param("<Response><Gather><Gather/></Gather></Response>", (13320, 1, 19, 7), id="inside"),
    ],
)  # fmt: skip
def test_a_finding_marks_what_is_wrong(text: str | bytes, expected: tuple[int, int, int, int]) -> None:
    assert expected in places(text)


@pytest.mark.parametrize(
    ("verbs", "expected"),
    [
        ("<Say>a</Say><Hangup/>", []),
        ("<Hangup/><Say>a</Say><Play>b</Play>", [
            f"<Say> can never run: <Hangup> on line 1 is before it, and {END}",
            f"<Play> can never run: <Hangup> on line 1 is before it, and {END}",
        ]),
        ("<Redirect/><Say>a</Say>", [
            "<Say> can never run: <Redirect> on line 1 is before it, and it goes on with another document"
        ]),
        ("<Record/><Pause/>", [
            "<Pause> can never run: <Record> on line 1 is before it, and it asks its action URL in any case"
        ]),
        ("<Reject/><Pause/>", [f"<Pause> can never run: <Reject> on line 1 is before it, and {END}"]),
        ("<Pause/><Reject/>", ["<Reject> refuses as the first verb alone: here the call is answered, and ends"]),
        ("<Dial>1</Dial><Pause/>", []),
        ("<Connect action='/x'/><Pause/>", [
            "<Pause> can never run: <Connect> on line 1 is before it, and it goes on with its action URL"
        ]),
        *(
            (f"<{verb} action='/x'>{inside}</{verb}><Pause/>", [
                f"<Pause> can never run: <{verb}> on line 1 is before it, and it goes on with its action URL"
            ])
            for verb, inside in (
                ("Enqueue", "a"), ("Refer", "<Sip>a@b</Sip>"), ("Dial", "<Queue>a</Queue>"),
            )
        ),
        ("<Enqueue>a</Enqueue><Refer><Sip>a@b</Sip></Refer><Pause/>", []),
        ("<Leave/><Pause/>", ["<Pause> can never run: <Leave> on line 1 is before it, and it leaves this document"]),
        ("<Gather/><Pause/>", []),
        ("<Gather actionOnEmptyResult='true'/><Pause/>", [
            "<Pause> can never run: <Gather> on line 1 is before it, and it goes on with its action URL, also without input"
        ]),
        ("<Say loop='0'>a</Say><Pause/>", [
            '<Pause> waits for <Say loop="0"> on line 1, which repeats 1000 times'
        ]),
        ("<Say loop='10'>a</Say><Pause/>", []),
    ],
)  # fmt: skip
def test_verbs_that_never_run_are_named(verbs: str, expected: list[str]) -> None:
    found = findings(f"<Response>{verbs}</Response>".encode(), "x")
    assert [each.reason for each in found if each.code is None and each.level == "warning"] == expected


@pytest.mark.parametrize(
    ("noun", "found"),
    [("Sim", ("error", 13258)), ("WhatsApp", ("note", None)), ("Application", ("note", None))],
)
def test_a_noun_of_dial_that_ends_the_document_is_marked(noun: str, found: tuple[str, int | None]) -> None:
    text = f"<Response>\n<Dial>\n  <Sip>sip:bob@example.com</Sip><{noun}>1</{noun}>\n</Dial></Response>"
    (finding,) = findings(text.encode(), "a.xml")
    assert (finding.level, finding.code) == found
    assert (finding.where.line, finding.where.column, finding.where.length) == (3, 33, 1 + len(noun))
