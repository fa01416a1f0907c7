"""Read YAML into a tree of text with positions; everything that YAML would guess at stays text.

Scalars are never converted (`+15551234567`, `0123`, `12:30`, `no` survive). Tags, anchors, aliases, doubled
keys, a second document and tabs as indentation are refused, each with its place and what to write instead.
"""

from __future__ import annotations

import contextlib
import difflib
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from sipdomain.errors import FileError, Position
from sipdomain.mask import masking
from sipdomain.runtime.files.yaml_secrets import spans, without
from sipdomain.runtime.files.yaml_traps import explained

# What the parser counts as the end of a line (YAML 1.1 section 4.2).
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
# Halves of surrogate pairs, and NUL: neither can be sent, or be in a name of a file.
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_FASTER: Any = getattr(yaml, "CSafeLoader", None)
"""PyYAML's loader on libyaml, where it was built with that."""
_LONG_ESCAPE = re.compile(r"\\U([0-9a-fA-F]{8})")
_MODELINE = re.compile(r"\A\ufeff?#[^\r\n\x85\u2028\u2029]*")
"""A comment in the first line, as it names the schema for editors."""
MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text.

    Attributes:
        value: The text; "" when nothing was written.
        where: Where it begins.
    """

    value: str
    where: Position


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list.

    Attributes:
        items: Its nodes, in order.
        where: Where it begins.
    """

    items: list[Node]
    where: Position


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values, in the order written.

    Attributes:
        items: For each key, where the key stands, and its value.
        where: Where the mapping begins.
    """

    items: dict[str, tuple[Position, Node]]
    where: Position


Node = Scalar | Sequence | Mapping


def load(path: Path | str) -> Node:
    """Read a YAML file.

    Args:
        path: The file, in UTF-8.

    Returns:
        The root of its only document.

    Raises:
        FileError: The file cannot be read, or is not the YAML described above.
    """
    name = str(path)
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileError(f"cannot read {name}: {error.strerror or error}") from None
    if len(data) > MAX_BYTES:
        raise FileError(f"{name} is larger than {MAX_BYTES // 1024 // 1024} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        begin = data.rfind(b"\n", 0, error.start) + 1
        line = data.count(b"\n", 0, begin) + 1
        column = len(data[begin : error.start].decode("utf-8", "replace")) + 1
        source = data[begin:].partition(b"\n")[0].decode("utf-8", "replace")
        raise FileError(
            "this byte is not UTF-8",
            where=Position(name, line, column, source),
            hint="save the file as UTF-8",
        ) from None
    return load_text(text, name)


def load_text(text: str, file: str = "<text>") -> Node:
    """Read YAML text.

    Args:
        text: One YAML document.
        file: What to call the text in errors.

    Returns:
        The root of the document.

    Raises:
        FileError: The text is not the YAML described above.
    """
    if _FASTER is not None and "#" not in _MODELINE.sub("", text, count=1):
        # The slower parser gives the place of a mistake more exactly, and it alone notices a lost `#`.
        with contextlib.suppress(FileError):
            return _Composer(text, file, _FASTER).document()
    try:
        return _Composer(text, file, yaml.SafeLoader).document()
    except FileError as error:
        raise _without_secrets(error, text) from None


def _without_secrets(error: FileError, text: str) -> FileError:
    """Return an error that quotes no password: neither in the line shown, nor in a sentence."""
    hide = masking(text[start:end].strip("\"'") for start, end in spans(text))
    where = error.where
    if where is not None and where.source:
        lines = _LINE_END.split(without(text))
        where = replace(where, source=lines[where.line - 1] if where.line <= len(lines) else "")
    return FileError(hide(error.message), where=where, hint=hide(error.hint))


def plain(node: Node) -> Any:
    """Return a node as strings, lists and dicts, without positions."""
    match node:
        case Scalar(value=value):
            return value
        case Sequence(items=items):
            return [plain(item) for item in items]
        case Mapping(items=pairs):
            return {key: plain(value) for key, (_, value) in pairs.items()}


def locate(node: Node, path: Iterable[str | int]) -> Position:
    """Return the place that a path of keys and indexes leads to, or the last place on the way.

    Args:
        node: Where to begin.
        path: Keys of mappings (an unknown one ends the way) and indexes of sequences.

    Returns:
        The key's place when the last step was a key of a mapping, else the node's.
    """
    where = node.where
    for step in path:
        if isinstance(node, Mapping) and str(step) in node.items:
            where, node = node.items[str(step)]
        elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
            node = node.items[step]
            where = node.where
        else:
            break
    return where


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return a hint that names the likeliest word, or else all of them (at most 12)."""
    known = sorted(choices)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    listed = ", ".join(f"`{choice}`" for choice in known[:12])
    return f"known here: {listed}{', …' if len(known) > 12 else ''}" if known else ""


def _text(value: str, where: Position) -> str:
    """Return a scalar's text; escapes for NUL and for halves of characters are refused."""
    found = _NO_TEXT.search(value)
    if found is not None:
        raise FileError(f"the character U+{ord(found[0]):04X} is not allowed", where=where)
    return value


class _Composer:
    """Turns the parser's events into nodes."""

    def __init__(self, text: str, file: str, loader: Any) -> None:
        self._loader = loader
        self._file = file
        self._text = text
        self._source = _LINE_END.split(text)
        self._shown = _LINE_END.split(without(text))

    def document(self) -> Node:
        events = self._events()
        next(events)  # the stream's start
        first = next(events)
        if isinstance(first, yaml.StreamEndEvent):
            raise FileError(
                f"{self._file} is empty",
                where=Position(self._file, 1, 1, self._line(0)),
                hint="begin with `scenario: TITLE`" if self._file.endswith(".scenario.yaml") else "",
            )
        node = self._node(next(events), events, depth=1)
        next(events)  # the document's end
        after = next(events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise FileError(
                "a second document begins here", where=self._at(after), hint="one document a file"
            )
        return node

    def _events(self) -> Iterator[Any]:
        try:
            yield from yaml.parse(self._text, Loader=self._loader)
        except yaml.MarkedYAMLError as error:
            raise explained(error, self._file, self._source) from None
        except (ValueError, OverflowError):
            raise self._no_character() from None
        except yaml.reader.ReaderError as error:
            line = self._text.count("\n", 0, error.position)
            column = error.position - self._text.rfind("\n", 0, error.position)
            raise FileError(
                f"the character U+{error.character:04X} is not allowed",
                where=Position(self._file, line + 1, column, self._line(line)),
                hint="remove it",
            ) from None

    def _no_character(self) -> FileError:
        """Return what is wrong with an escape for a character that does not exist, which breaks the parser."""
        for number, line in enumerate(self._source, 1):
            for found in _LONG_ESCAPE.finditer(line):
                if int(found[1], 16) > sys.maxunicode:
                    where = Position(self._file, number, found.start() + 1, line, len(found[0]))
                    return FileError(
                        f"there is no character U+{found[1]}", where=where, hint="write the character itself"
                    )
        return FileError(
            "this is not YAML",
            where=Position(self._file, 1, 1, self._line(0)),
            hint="if it is text, quote it",
        )

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        where = self._at(event)
        self._refuse_extras(event, where)
        if depth > MAX_DEPTH:
            raise FileError(f"nested deeper than {MAX_DEPTH}", where=where)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(item := next(events), yaml.SequenceEndEvent):
                items.append(self._node(item, events, depth + 1))
            return Sequence(items, where)
        if isinstance(event, yaml.MappingStartEvent):
            pairs: dict[str, tuple[Position, Node]] = {}
            while not isinstance(key := next(events), yaml.MappingEndEvent):
                name = self._key(key, pairs)
                pairs[name] = (self._at(key), self._node(next(events), events, depth + 1))
            return Mapping(pairs, where)
        self._refuse_lost_hash(event, where)
        return Scalar(_text(event.value, where), where)

    def _key(self, event: Any, pairs: dict[str, tuple[Position, Node]]) -> str:
        where = self._at(event)
        self._refuse_extras(event, where)
        if not isinstance(event, yaml.ScalarEvent):
            raise FileError("a key must be a plain word", where=where, hint="quote it if it is text")
        name = _text(event.value, where)
        if name in pairs:
            raise FileError(
                f"the key `{name}` is already given in line {pairs[name][0].line}",
                where=where,
                hint="remove one of the two",
            )
        return name

    def _refuse_extras(self, event: Any, where: Position) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise FileError(
                f"`*{event.anchor}` without quotes is an alias in YAML",
                where=where,
                hint=f'if you mean the text, quote it: "*{event.anchor}"',
            )
        if event.anchor is not None:
            raise FileError(
                f"`&{event.anchor}` without quotes is an anchor in YAML",
                where=where,
                hint=f'if you mean the text, quote it: "&{event.anchor}"',
            )
        if event.tag is not None:
            raise FileError(
                f"`{event.tag}` without quotes is a tag in YAML",
                where=where,
                hint="if you mean the text, quote it; tags are not used here",
            )

    def _refuse_lost_hash(self, event: Any, where: Position) -> None:
        """Refuse `press: #` and `press: 12 #`, where YAML takes the key for a comment."""
        if event.style is not None:
            return
        mark = event.end_mark
        rest = self._line(mark.line)[mark.column :].strip()
        nothing_written = event.value == ""
        if rest == "#" or (nothing_written and rest.startswith("#") and not rest.startswith(("# ", "##"))):
            column = self._line(mark.line).index("#", mark.column) + 1
            text = f"{event.value} {rest}".strip()
            raise FileError(
                "`#` without quotes begins a comment in YAML",
                where=Position(self._file, where.line, column, where.source, len(rest)),
                hint=f'if you mean the text, quote it: "{text}"',
            )

    def _at(self, event: Any) -> Position:
        start, end = event.start_mark, event.end_mark
        source = self._shown[start.line] if start.line < len(self._shown) else ""
        width = end.column - start.column if end.line == start.line else len(source) - start.column
        return Position(self._file, start.line + 1, start.column + 1, source, max(1, width))

    def _line(self, index: int) -> str:
        return self._source[index] if index < len(self._source) else ""
