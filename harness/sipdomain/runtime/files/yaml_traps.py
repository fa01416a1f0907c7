"""Say in a user's words why the YAML parser gave up, and which character set the trap."""

from __future__ import annotations

import re
from typing import Final

import yaml

from sipdomain.errors import FileError, Position

_PROBLEMS: Final = (
    (
        "mapping values are not allowed",
        "a second `:` in one line (quote the text), or wrong indentation",
        'a text with `: ` in it is written "a: b"',
    ),
    ("could not find expected ':'", "`:` is missing behind a key", "write `key: value`"),
    (
        "sequence entries are not allowed",
        "a list cannot begin in this line",
        "begin each entry on a line of its own, or write [a, b]",
    ),
    ("mapping keys are not allowed", "`?` cannot stand here", 'if you mean the text, quote it: "?"'),
    (
        "quoted scalar: found unexpected",
        "this quote is never closed",
        "close it, or double a quote that is meant",
    ),
    (
        "escape",
        "`\\` begins an escape in double quotes, and this is not one",
        "write \\\\ for a backslash, or take single quotes",
    ),
    (
        "block scalar",
        "behind `|` or `>` nothing but a digit, `+` or `-` can stand",
        "begin the text on the next line, indented",
    ),
    ("scanning an alias", "`*` without quotes begins an alias in YAML", "quote it"),
    ("scanning an anchor", "`&` without quotes begins an anchor in YAML", "quote it"),
    ("(?:scanning|parsing) a tag|tag handle", "`!` without quotes begins a tag in YAML", "quote it"),
    ("directive", "a line cannot begin with `%`", "quote it"),
    (
        "flow (sequence|mapping): expected ',' or '(.)', but got '<stream end>'",
        "the bracket of line {line} is never closed: `{1}` is missing",
        "write [a, b] for a list, {{a: b}} for a mapping",
    ),
    (
        "flow (sequence|mapping): expected ',' or '(.)'",
        "`,` or `{1}` is missing before this",
        "write [a, b] for a list, {{a: b}} for a mapping; quote texts",
    ),
    (
        "node content, but found '<stream end>'",
        "the file ends where a value is missing",
        "close what is open",
    ),
    ("node content, but found '(.)'", "a value is missing before `{0}`", 'quote it if it is text: "{0}"'),
    ("node content", "a value is missing here", "write `key: value`"),
    (
        "block (?:collection|mapping): expected <block end>",
        "this does not belong to what begins in line {line}",
        "indent it as its neighbours are, or quote the whole text",
    ),
    ("expected '<document start>'", "this stands behind the end of the document", "one document a file"),
)
"""What the parser says of what is wrong, our words for it, and what to do."""

_BEGINS: Final = {"*": "an alias", "&": "an anchor", "!": "a tag"}


def explained(error: yaml.MarkedYAMLError, file: str, lines: list[str]) -> FileError:
    """Translate an error of the parser.

    Args:
        error: What the parser raised.
        file: The file's name for people.
        lines: The file's lines, without their ends.

    Returns:
        The same with a place, and a hint when a known trap is behind it.
    """
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return FileError(str(error))
    line = lines[mark.line] if mark.line < len(lines) else ""
    column = mark.column
    where = Position(file, mark.line + 1, column + 1, line)
    character = line[column : column + 1]
    if character == "\t":
        return FileError("a tab cannot stand here", where=where, hint="indent with spaces")
    for at in (column, column - 1):
        begun = _BEGINS.get(line[at : at + 1]) if at >= 0 else None
        if begun:
            return FileError(
                f"`{line[at]}` without quotes begins {begun} in YAML",
                where=Position(file, mark.line + 1, at + 1, line),
                hint=f'if you mean the text, quote it: "{_word(line[at:])}"',
            )
    if character and character in "@`%":
        return FileError(
            f"a text without quotes cannot begin with {character} in YAML",
            where=where,
            hint=f'quote it: "{_word(line[column:])}"',
        )
    opened = error.context_mark
    message, hint = _words(error, opened.line + 1 if opened is not None else 0)
    if (
        opened is not None
        and (error.context or "").endswith("quoted scalar")
        and "unexpected" in (error.problem or "")
    ):
        # The quote that opens is what has no other.
        source = lines[opened.line] if opened.line < len(lines) else ""
        where = Position(file, opened.line + 1, opened.column + 1, source)
    return FileError(message, where=where, hint=_swallowed(error, lines) or hint)


def _words(error: yaml.MarkedYAMLError, opened: int) -> tuple[str, str]:
    """Return our words for the parser's, and what to do; `opened` is the line where what is wrong begins."""
    said = f"{error.context or ''}: {error.problem or ''}"
    for pattern, message, hint in _PROBLEMS:
        found = re.search(pattern, said)
        if found is not None:
            return message.format(*found.groups(), line=opened), hint.format(*found.groups(), line=opened)
    return "this is not YAML", "if it is text, quote it"


def _swallowed(error: yaml.MarkedYAMLError, lines: list[str]) -> str:
    """Blame a `#` inside brackets, which made a comment of the closing one."""
    opened = error.context_mark
    if opened is not None and opened.line < len(lines) and " #" in lines[opened.line][opened.column :]:
        return f'in line {opened.line + 1} `#` begins a comment; if you mean the key, quote it: "#"'
    return ""


def _word(text: str) -> str:
    words = text.split()
    return words[0].rstrip(",]}") if words else ""
