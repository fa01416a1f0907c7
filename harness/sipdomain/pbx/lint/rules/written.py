"""Files that are not loaded at all, for they are not written as their program reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate, errors

from sipdomain.pbx.lint.document import Document, Spot
from sipdomain.pbx.lint.rule import Rule, wherever

_OPEN: Final = re.compile(r"^\s*(\[[^\]]*)$")
_INHERITS: Final = re.compile(r"^\s*\[([^\]]+)\]\s*\(([^)]*)\)")
_DECLARED: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
_MISMATCH: Final = errors.codes[errors.XML_ERROR_TAG_MISMATCH]


def _orphans(document: Document) -> Iterator[Spot]:
    if not document.is_whole:
        return
    first: dict[str, int] = {}
    for each in document.sections:
        first.setdefault(each.name, each.spot.line)
    for spot, found in document.matches(_INHERITS):
        parents = [flag for each in found[2].split(",") if (flag := each.strip()) and flag[0] not in "!+"]
        if any(first.get(each, spot.line) >= spot.line for each in parents):
            yield spot


def _crossed(document: Document) -> Iterator[Spot]:
    """Yield the closing tag that closes nothing, or the last line where one is missing."""
    parser = ParserCreate()
    # A file may be a part of another one, with several elements at its top.
    text = "\n".join(document.code)
    declared = _DECLARED.match(text)
    body = " " * len(declared[0]) + text[len(declared[0]) :] if declared else text
    try:
        parser.Parse(f"<file>{body}\n</file>", True)  # noqa: FBT003 - the parser takes it by place
    except ExpatError as error:
        if error.code == _MISMATCH:
            line = min(error.lineno, len(document.lines))
            yield Spot(line, 1, max(1, len(document.lines[line - 1])))


WRITTEN: Final = (
    Rule(
        "unclosed-section", ("pjsip", "sip"), "error",
        "the name of the section has no ]: the file is not loaded",
        "close it: [name]",
        "Asterisk, main/config.c", wherever(_OPEN),
    ),
    Rule(
        "unknown-template", ("pjsip", "sip"), "error",
        "the section inherits from one that is not before it: the file is not loaded",
        "write the template above, its name followed by (!), or correct the name",
        "Asterisk, main/config.c", _orphans,
    ),
    Rule(
        "crossed-tags", ("freeswitch",), "error",
        "an element is not closed, or closed by the name of another one: the file is not loaded",
        "close each element within the one that it stands in",
        "FreeSWITCH's documentation of its configuration", _crossed,
    ),
)  # fmt: skip
