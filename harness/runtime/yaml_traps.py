"""Say in a user's words why the YAML parser gave up, and which character set the trap."""

from __future__ import annotations

from typing import Final

import yaml

from harness.errors import FileError, Position

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
    return FileError(_problem(error), where=where, hint=_swallowed(error, lines))


def _problem(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "this is not YAML"
    if problem == "mapping values are not allowed here":
        return "a second `:` in one line (quote the text), or wrong indentation"
    return f"{error.context}: {problem}" if error.context else problem


def _swallowed(error: yaml.MarkedYAMLError, lines: list[str]) -> str:
    """Blame a `#` inside brackets, which made a comment of the closing one."""
    opened = error.context_mark
    if opened is not None and opened.line < len(lines) and " #" in lines[opened.line][opened.column :]:
        return f'in line {opened.line + 1} `#` begins a comment; if you mean the key, quote it: "#"'
    return ""


def _word(text: str) -> str:
    words = text.split()
    return words[0].rstrip(",]}") if words else ""
