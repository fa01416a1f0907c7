"""Header fields: order and spelling kept, found by any spelling."""

from __future__ import annotations

import pytest

from sipdomain.sip.headers import Headers, key_of

ITEMS = [
    ("Via", "a"),
    ("v", "b"),
    ("X-Order", "id=7"),
    ("VIA", "c"),
    ("cOnTaCt", "<sip:a,b@c>, <sip:d>"),
    ("x-order", "id=8"),
]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Via", "via"),
        ("v", "via"),
        ("V", "via"),
        ("L", "content-length"),
        ("X-Order", "x-order"),
        ("z", "z"),
        ("", ""),
    ],
)
def test_every_spelling_has_one_key(name: str, key: str) -> None:
    assert key_of(name) == key


def test_header_fields_are_found_by_any_spelling_and_keep_their_order() -> None:
    headers = Headers(ITEMS)

    assert list(headers) == ITEMS
    assert headers.get("via") == "a"
    assert headers.all("via") == ["a", "b", "c"]
    assert headers.all("x-order") == ["id=7", "id=8"]
    assert headers.list("contact") == ["<sip:a,b@c>", "<sip:d>"]
    assert headers.get("from") is None
    assert headers.all("from") == []
    assert "contact" in headers
    assert "to" not in headers
    assert headers.names == {"via", "x-order", "contact"}
    assert headers.repeated == {"via", "x-order"}
    assert len(headers) == 6


def test_what_is_repeated_is_known_at_once() -> None:
    assert Headers(ITEMS).repeated == {"via", "x-order"}
    assert Headers().repeated == set()


def test_lines_become_header_fields() -> None:
    headers = Headers.from_lines(
        ["Via:a", "v :  b\t", "X-Order: id:7", "Subject:", "Subject:second", "subject:3"]
    )

    assert list(headers) == [
        ("Via", "a"), ("v", "b"), ("X-Order", "id:7"), ("Subject", ""), ("Subject", "second"), ("subject", "3"),
    ]  # fmt: skip
    assert headers.all("via") == ["a", "b"]
    assert headers.all("subject") == ["", "second", "3"]
    assert headers == Headers(list(headers))


@pytest.mark.parametrize("line", ["Via", "no colon here", ""])
def test_a_line_without_a_colon_is_left_out_and_reported(line: str) -> None:
    headers = Headers.from_lines(["From: a", line, "To: b"])
    assert headers.flaw == f"a header field without a colon: {line!r}"
    assert list(headers) == [("From", "a"), ("To", "b")]
    assert Headers.from_lines(["From: a"]).flaw == ""


def test_a_list_that_was_handed_out_is_the_callers_own() -> None:
    headers = Headers(ITEMS)

    headers.all("via").append("mine")
    headers.all("contact").append("mine")

    assert headers.all("via") == ["a", "b", "c"]
    assert headers.all("contact") == ["<sip:a,b@c>, <sip:d>"]


def test_header_fields_are_added_replaced_and_rewritten() -> None:
    headers = Headers(ITEMS)
    assert headers.get("via") == "a"

    headers.rewrite("via", "A")
    assert headers.all("via") == ["A", "b", "c"]
    headers.replace("Via", "only")
    headers.replace("To", "new")
    headers.add("X-Order", "id=9")
    headers.rewrite("subject", "nothing to rewrite")
    headers.rewrite("contact", "*")

    assert list(headers) == [
        ("Via", "only"),
        ("X-Order", "id=7"),
        ("cOnTaCt", "*"),
        ("x-order", "id=8"),
        ("To", "new"),
        ("X-Order", "id=9"),
    ]
    assert headers.all("x-order") == ["id=7", "id=8", "id=9"]
    assert headers.get("contact") == "*"


def test_equal_header_fields_are_equal_in_order_and_spelling() -> None:
    assert Headers([("A", "1"), ("B", "2")]) == Headers([("A", "1"), ("B", "2")])
    assert Headers([("A", "1")]) != Headers([("a", "1")])
    assert Headers([("A", "1")]) != [("A", "1")]
    assert repr(Headers([("A", "1")])) == "Headers([('A', '1')])"
