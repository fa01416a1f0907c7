"""Tokens, quoting, lists and parameters of RFC 3261 section 25.1."""

from __future__ import annotations

import pytest

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.grammar import format_parameters, parse_parameters, quote, split_list, unquote


@pytest.mark.parametrize(
    ("quoted", "plain"),
    [
        ('"Alice"', "Alice"),
        ('""', ""),
        (r'"a \"b\" \\ c"', r'a "b" \ c'),
        ("token", "token"),
        ('"', '"'),
        ('"half', '"half'),
    ],
)
def test_a_quoted_string_loses_its_quotes(quoted: str, plain: str) -> None:
    assert unquote(quoted) == plain


@pytest.mark.parametrize("text", ["", "plain", 'say "hi"', "back\\slash", '\\"', "ünïcödé"])
def test_what_is_quoted_can_be_unquoted(text: str) -> None:
    assert unquote(quote(text)) == text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a", ["a"]),
        (" a , b ", ["a", "b"]),
        ("a,,b", ["a", "", "b"]),
        ('"x, y" <sip:a@b>, <sip:c,d@e>', ['"x, y" <sip:a@b>', "<sip:c,d@e>"]),
        (r'"x\", y" <sip:a@b>, c', [r'"x\", y" <sip:a@b>', "c"]),
        ("<sip:a>,<sip:b>,", ["<sip:a>", "<sip:b>", ""]),
        ('a, "never closed, b', ["a", '"never closed, b']),
        ("a, <never closed, b", ["a", "<never closed, b"]),
        ('a, "ends in a backslash\\', ["a", '"ends in a backslash\\']),
    ],
)
def test_a_list_is_split_outside_quotes_and_brackets(text: str, parts: list[str]) -> None:
    assert split_list(text) == parts


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("", {}),
        (";lr", {"lr": None}),
        (";Transport=UDP;lr", {"transport": "UDP", "lr": None}),
        (" ; a = b ; c ", {"a": "b", "c": None}),
        (';reason="a;b=\\"c\\""', {"reason": '"a;b=\\"c\\""'}),
        (";tag=a=b", {"tag": "a=b"}),
        (";empty=", {"empty": ""}),
        (";received=2001:db8::1", {"received": "2001:db8::1"}),
    ],
)
def test_parameters_become_a_mapping(text: str, parameters: dict[str, str | None]) -> None:
    assert parse_parameters(text) == parameters


@pytest.mark.parametrize("text", ["lr", ";", ";;a", ";=b", ';a="b', ";a b", ";a=b c", ";ä=1"])
def test_what_is_no_list_of_parameters_is_refused(text: str) -> None:
    with pytest.raises(RemoteProtocolError, match="not a parameter"):
        parse_parameters(text)


def test_parameters_are_written_as_they_were_read() -> None:
    assert format_parameters({"a": "b", "lr": None, "e": "", "q": '"x;y"'}) == ';a=b;lr;e=;q="x;y"'


@pytest.mark.timeout(5)
def test_hostile_lists_are_split_in_bounded_time() -> None:
    assert len(split_list('"' + '\\"' * 30_000 + ",")) == 1
    assert len(split_list("<" * 60_000 + ",")) == 1
