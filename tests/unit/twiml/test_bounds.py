"""What one document may cost: a fixed number of elements, attributes and warnings, however it is made."""

from __future__ import annotations

import pytest

from sipdomain.twiml.parse import parse
from sipdomain.twiml.program import Answer, Done, PlayKeys
from sipdomain.twiml.runner import run


def response(inside: str) -> bytes:
    return f"<Response>{inside}</Response>".encode()


def many(count: int) -> str:
    return " ".join(f'a{number}=""' for number in range(count))


@pytest.mark.parametrize(
    ("document", "last"),
    [
        (response("<a/>" * 13_000), "900 more warnings about this document are left out"),
        (response('<Pause x="1"/>' * 3_800), "400 more warnings about this document are left out"),
        (response(f"<Say {many(6_000)}>x</Say>"), "899 more warnings about this document are left out"),
        (f"<Response {many(6_000)}/>".encode(), "900 more warnings about this document are left out"),
        (
            response("<Say>" + "<a/>" * 13_000 + "</Say>"),
            "900 more warnings about this document are left out",
        ),
    ],
)
def test_the_first_hundred_warnings_are_shown_and_how_many_more_there_are(document: bytes, last: str) -> None:
    read = parse(document)

    assert len(read.warnings) == 102
    assert read.warnings[100].message == last
    assert read.warnings[101].message == (
        "the document has more than 1000 elements and attributes; those after it are left out"
    )


def test_a_thousand_elements_are_run_and_no_more() -> None:
    assert len(parse(response("<Hangup/>" * 1_000)).verbs) == 1_000
    assert parse(response("<Hangup/>" * 1_000)).warnings == ()

    longer = parse(response("<Hangup/>" * 1_001))
    assert len(longer.verbs) == 1_000
    assert [each.code for each in longer.warnings] == [12200]


def test_the_text_of_deep_elements_is_read_once() -> None:
    inside = "<p>" * 29 + "<s>x</s>" * 500 + "</p>" * 29
    (say,) = parse(response(f"<Say>{inside}</Say>")).verbs

    assert say.text.split() == ["x"] * 500


def test_a_name_as_long_as_a_document_is_shortened_in_its_warning() -> None:
    (warning,) = parse(response(f"<{'a' * 40_000}/>")).warnings

    assert warning.message == f"<{'a' * 57}...> is not a verb and is left out"


def test_of_many_digits_the_first_256_are_played() -> None:
    document = parse(response(f'<Play digits="{"W" * 60_000}"/>'))

    assert [each.code for each in document.warnings] == [13430]
    assert document.warnings[0].message == "<Play> has 60000 digits; only the first 256 are played"
    program = run(document, lambda _: None)
    assert next(program) == Answer()
    assert program.send(Done()) == PlayKeys("W" * 256)
