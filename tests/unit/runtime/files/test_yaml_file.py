"""YAML that guesses nothing, and says where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.errors import FileError, Position
from sipdomain.runtime.files.yaml_file import (
    MAX_BYTES,
    Mapping,
    Scalar,
    Sequence,
    did_you_mean,
    load,
    load_text,
    locate,
    plain,
)


def test_scalars_stay_as_they_were_written() -> None:
    text = "a: +15551234567\nb: 0123\nc: 12:30\nd: no\ne: 1.0\nf: ~\ng: 2026-01-01\nh:\n"

    assert plain(load_text(text)) == {
        "a": "+15551234567",
        "b": "0123",
        "c": "12:30",
        "d": "no",
        "e": "1.0",
        "f": "~",
        "g": "2026-01-01",
        "h": "",
    }


def test_every_node_knows_its_place() -> None:
    node = load_text("top:\n  - alice\n  - {x: 'y'}\n", "demo.yaml")

    assert isinstance(node, Mapping)
    key, items = node.items["top"]
    assert key == Position("demo.yaml", 1, 1, "top:", 3)
    assert isinstance(items, Sequence)
    assert items.items[0] == Scalar("alice", Position("demo.yaml", 2, 5, "  - alice", 5))
    assert locate(node, ["top", 1, "x"]) == Position("demo.yaml", 3, 6, "  - {x: 'y'}", 1)
    assert locate(node, ["top", 1]).column == 5
    assert locate(node, ["top", 9, "x"]) == key
    assert locate(node, []).line == 1


def test_quoted_and_block_text_may_hold_anything() -> None:
    text = "a: '#'\nb: \"*1\"\nc: '@x'\nd: |\n  12 #\n  *1\ne: 12#\n"

    assert plain(load_text(text)) == {"a": "#", "b": "*1", "c": "@x", "d": "12 #\n*1\n", "e": "12#"}


def test_a_real_comment_is_a_comment() -> None:
    text = "# first\na: # the list\n  - 1 # one\nb: # nothing yet\nc: x #note\n"

    assert plain(load_text(text)) == {"a": ["1"], "b": "", "c": "x"}


TRAPS = [
    ("press: #", 1, 8, "`#` without quotes begins a comment", 'quote it: "#"'),
    ("press: 12 #", 1, 11, "`#` without quotes begins a comment", 'quote it: "12 #"'),
    ("press: #1", 1, 8, "`#` without quotes begins a comment", 'quote it: "#1"'),
    ("- 1\n- #\n", 2, 3, "`#` without quotes begins a comment", 'quote it: "#"'),
    (
        "press: [1, #]\nnext: 2",
        2,
        8,
        "the bracket of line 1 is never closed",
        "in line 1 `#` begins a comment",
    ),
    ("press: *1", 1, 8, "`*1` without quotes is an alias", 'quote it: "*1"'),
    ("press: *", 1, 8, "`*` without quotes begins an alias", 'quote it: "*"'),
    ("press: [*]", 1, 9, "`*` without quotes begins an alias", 'quote it: "*"'),
    ("press: &1 2", 1, 8, "`&1` without quotes is an anchor", 'quote it: "&1"'),
    ("press: @x", 1, 8, "cannot begin with @", 'quote it: "@x"'),
    ("press: %41", 1, 8, "cannot begin with %", 'quote it: "%41"'),
    ("press: !x y", 1, 8, "`!x` without quotes is a tag", "tags are not used here"),
    ("a: 1\nb: 2\na: 3", 3, 1, "the key `a` is already given in line 1", "remove one"),
    ("a:\n\tb: 1", 2, 1, "a tab cannot stand here", "indent with spaces"),
    ("--- 1\n--- 2", 2, 1, "a second document", "one document a file"),
    ("a: b: c", 1, 5, "a second `:` in one line", ""),
    ("[1]: 2", 1, 1, "a key must be a plain word", "quote it"),
    ("a: 'x", 1, 4, "this quote is never closed", "close it"),
    ("a: 1\nb: \x01", 2, 4, "U+0001 is not allowed", "remove it"),
    ("[" * 60 + "]" * 60, 1, 51, "nested deeper than 50", ""),
]


@pytest.mark.parametrize(("text", "line", "column", "message", "hint"), TRAPS)
def test_a_trap_is_named_with_its_place(text: str, line: int, column: int, message: str, hint: str) -> None:
    with pytest.raises(FileError) as refused:
        load_text(text, "demo.yaml")

    assert message in refused.value.message
    assert hint in refused.value.hint
    assert refused.value.where is not None
    assert (refused.value.where.line, refused.value.where.column) == (line, column)


def test_an_error_prints_like_a_compiler() -> None:
    with pytest.raises(FileError) as refused:
        load_text("keys: *1", "demo.yaml")

    assert str(refused.value) == (
        "error: `*1` without quotes is an alias in YAML\n"
        " --> demo.yaml:1:7\n"
        "1 | keys: *1\n"
        '  |       ^^ if you mean the text, quote it: "*1"'
    )


def test_a_file_is_read_as_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeffname: Zoë\r\nnext: 1\r\n".encode())

    assert plain(load(path)) == {"name": "Zoë", "next": "1"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a: 1\nb: \xff\n", "this byte is not UTF-8"),
        (b"", "is empty"),
        (b"# only a comment\n", "is empty"),
        (b"#" * (MAX_BYTES + 1), "is larger than 4 MiB"),
    ],
    ids=["not UTF-8", "empty", "comment", "too large"],
)
def test_an_unreadable_file_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(data)

    with pytest.raises(FileError, match=message):
        load(path)


def test_a_byte_that_is_no_text_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("a: 1\nb: ä".encode() + b"\xff\n")
    with pytest.raises(FileError) as caught:
        load(path)
    assert str(caught.value).splitlines()[1:] == [
        f" --> {path}:2:5", "2 | b: ä\N{REPLACEMENT CHARACTER}", "  |     ^ save the file as UTF-8",
    ]  # fmt: skip


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No such file"):
        load(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("word", "hint"),
    [("diall", "did you mean `dial`?"), ("zzz", "known here: `dial`, `hang_up`")],
)
def test_a_hint_names_the_likeliest_word(word: str, hint: str) -> None:
    assert did_you_mean(word, ["hang_up", "dial"]) == hint
