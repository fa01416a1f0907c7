"""What is wrong with a document as a person wrote it: each finding with its place, its reason and a hint."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from sipdomain.error_codes import lookup, more_info
from sipdomain.errors import Position, TwimlError
from sipdomain.twiml.advice import Advice, advice
from sipdomain.twiml.document import Element, TwimlWarning
from sipdomain.twiml.parse import charset, parse
from sipdomain.twiml.reachable import unreachable
from sipdomain.twiml.verbs import NOT_EMULATED
from sipdomain.twiml.verbs.dial import REFUSED, reason_of

# In a well-formed document: what is not a start tag is passed over, so that a tag in a comment does not count.
_MARKUP: Final = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?P<name>[^\s/>!?]+)(?P<rest>(?:[^\"'>]|\"[^\"]*\"|'[^']*')*)>",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"([^\s=\"'/]+)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_DECLARED: Final = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        level: "error": the document is not carried out; "warning": a part is left out, or never runs; "note": it is
            right, and sipdomain does not carry it out.
        code: The provider's error or warning, or None for what the provider has no number for.
        reason: What is wrong.
        hint: What to do about it, or where to read more.
        where: The place; its line is 0 when all of the document is meant.
    """

    level: Literal["error", "warning", "note"]
    code: int | None
    reason: str
    hint: str
    where: Position


def findings(data: bytes, file: str, *, content_type: str = "text/xml") -> tuple[Finding, ...]:
    """Return what is wrong with a document, in the order of the text.

    Args:
        data: The document.
        file: What it is called.
        content_type: The Content-Type header field that came with it; its charset counts.
    """
    try:
        document = parse(data, content_type=content_type)
    except TwimlError as error:
        return (_error(error, _Text(data, file, None)),)
    text = _Text(data, file, charset(content_type))
    found = [_warning(each, text) for each in document.warnings]
    found += [_not_emulated(each, text) for each in document.verbs if each.name in NOT_EMULATED]
    found += [_refused(noun, text) for noun in _nouns_of_dial(document.verbs) if noun.name in REFUSED]
    found += [_advised(each, text) for each in advice(document.verbs)]
    for verb, why in unreachable(document.verbs):
        hint = (
            "put it first"
            if verb.name == "Reject" and "refuses" in why
            else "put it before that verb, or take it away"
        )
        found.append(Finding("warning", None, why, hint, text.tag(verb.number)))
    return tuple(sorted(found, key=lambda each: (each.where.line, each.where.column)))


def _error(error: TwimlError, text: _Text) -> Finding:
    line, column = error.place or (0, 0)
    said = str(error)
    reason = said.removeprefix(f"line {line}, column {column}: ").removeprefix(f"line {line}: ")
    return Finding("error", error.code, reason, _hint_of_error(error.code, reason), text.at(line, column))


def _hint_of_error(code: int, reason: str) -> str:
    if code == 12100 and ("EntityRef" in reason or "Entity" in reason):
        return "XML knows &amp; &lt; &gt; &quot; &apos; alone: an ampersand is written &amp;"
    if code == 12100 and "mismatch" in reason:
        return "close each element, the last that was opened first; case matters"
    if code == 12102:
        return "put the verbs inside <Response>...</Response>"
    return _read_more(code)


def _warning(warning: TwimlWarning, text: _Text) -> Finding:
    entry = lookup(warning.code)
    reason, _, hint = warning.message.partition("; did you mean ")
    return Finding(
        "warning" if entry is None else entry.level,
        warning.code,
        reason,
        f"did you mean {hint}" if hint else _read_more(warning.code),
        text.tag(warning.number, warning.attribute),
    )


def _advised(said: Advice, text: _Text) -> Finding:
    return Finding(
        said.level, said.code, said.reason, said.hint, text.tag(said.element.number, said.attribute)
    )


def _not_emulated(verb: Element, text: _Text) -> Finding:
    reason = f"<{verb.name}> is not emulated yet: a call that reaches it here ends with 13750"
    return Finding("note", None, reason, "the provider carries it out", text.tag(verb.number))


def _nouns_of_dial(verbs: Iterable[Element]) -> Iterator[Element]:
    for verb in verbs:
        if verb.name == "Dial":
            yield from verb.children


def _refused(noun: Element, text: _Text) -> Finding:
    """Return what comes of a noun of `<Dial>` that ends the document."""
    code, place = REFUSED[noun.name], text.tag(noun.number)
    if code == 13258:
        return Finding(
            "error", code, f"{reason_of(noun.name)}: a call that reaches it ends", _read_more(code), place
        )
    reason = f"{reason_of(noun.name)}: a call that reaches it here ends with {code}"
    return Finding("note", None, reason, "the provider carries it out", place)


def _read_more(code: int) -> str:
    entry = lookup(code)
    return f"{entry.title}: {more_info(code)}" if entry else more_info(code)


class _Text:
    """The text of a document, and where its start tags are."""

    def __init__(self, data: bytes, file: str, encoding: str | None) -> None:
        self._file = file
        self._text = _decoded(data, encoding)
        self._lines = self._text.split("\n")
        self._tags: list[re.Match[str]] | None = None

    def at(self, line: int, column: int, length: int = 1) -> Position:
        """Return a place by its line and column."""
        source = self._lines[line - 1].rstrip("\r") if 0 < line <= len(self._lines) else ""
        return Position(self._file, line, column, source, length)

    def tag(self, number: int, attribute: str = "") -> Position:
        """Return the place of a start tag, or of one of its attributes."""
        if self._tags is None:
            self._tags = list(self._start_tags())
        if number >= len(self._tags):
            return self.at(0, 0)
        tag = self._tags[number]
        start, end = tag.start(), tag.end("name")
        for found in _ATTRIBUTE.finditer(tag["rest"]) if attribute else ():
            if found[1] == attribute:
                start, end = tag.start("rest") + found.start(), tag.start("rest") + found.end()
                break
        before = self._text.rfind("\n", 0, start) + 1
        return self.at(self._text.count("\n", 0, start) + 1, start - before + 1, end - start)

    def _start_tags(self) -> Iterator[re.Match[str]]:
        return (each for each in _MARKUP.finditer(self._text) if each["name"] is not None)


def _decoded(data: bytes, encoding: str | None) -> str:
    """Return the text of a document that was read, or could not be: what cannot be decoded is replaced."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    declared = _DECLARED.match(data)
    name = encoding or (declared[1].decode("ascii") if declared else "utf-8")
    try:
        return data.decode(name, "replace")
    except LookupError:
        return data.decode("utf-8", "replace")
