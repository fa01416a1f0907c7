"""A file looked through by all rules of its kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from sipdomain.errors import Position, SetupError
from sipdomain.pbx.lint.document import Kind
from sipdomain.pbx.lint.readers import kind_of, read
from sipdomain.pbx.lint.rules import RULES

LARGEST_FILE: Final = 1 << 18
"""A larger configuration is refused, in bytes."""
_MOST_LINES: Final = 5000
"""One with more lines is refused."""
_MOST_FINDINGS: Final = 100
"""How many findings of one rule are reported of a file; the rest of them are left out."""
_LOOKED_AT: Final = 1 << 16
"""How much of a file is looked at to recognise it, in bytes."""
_LONGEST_LINE: Final = 1000
"""One with a longer line is refused, in characters."""
_SECRET: Final = re.compile(
    r"""(?ix) (?: \b(?:password|passwd|secret|auth_pass|remotesecret|md5_cred|md5secret)\s*=>?\s*"?
        | register\s*=>?\s*[^:\s]+: | \bsips?:[^:@\s]+:(?=[^@\s]+@)
        | name="password"\s+value=" | "credential"\s*,\s*"[^":]*:[^":]*: ) ([^\s";,<>@]+)"""
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a configuration.

    Attributes:
        level: "error", "warning" or "note", as the rule has it.
        code: The rule's name.
        reason: What happens.
        hint: What to write in its place.
        where: The place; passwords are hidden in its line.
    """

    level: Literal["error", "warning", "note"]
    code: str
    reason: str
    hint: str
    where: Position


def text_of(data: bytes, file: str) -> str:
    """Return what is in a configuration.

    Args:
        data: The file, or its first `LARGEST_FILE` bytes and one more.
        file: What it is called.

    Raises:
        SetupError: It is too large, binary, or in another encoding.
    """
    if len(data) > LARGEST_FILE or data.count(b"\n") > _MOST_LINES:
        raise SetupError(
            f"{file}: larger than 256 kB or {_MOST_LINES:,} lines, which no PBX's configuration is"
        )
    if b"\0" in data:
        raise SetupError(f"{file}: binary, or UTF-16; a PBX's configuration is text in UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SetupError(f"{file}: not UTF-8 text (line {line})") from None
    for number, each in enumerate(text.splitlines(), 1):
        if len(each) > _LONGEST_LINE:
            raise SetupError(f"{file}: line {number} is longer than {_LONGEST_LINE:,} characters")
    return text


def recognised(data: bytes, name: str) -> Kind | None:
    """Return of which program a file is, or None for no PBX's.

    Args:
        data: Its first bytes.
        name: The last part of its path.
    """
    return kind_of(name, data[:_LOOKED_AT].decode("utf-8", "replace"))


def check(data: bytes, file: str, kind: Kind) -> list[Finding]:
    """Return what is wrong with a configuration, in the order of the file.

    Args:
        data: The file.
        file: What it is called.
        kind: Of which program it is.

    Raises:
        SetupError: It is too large, binary, or in another encoding.
    """
    document = read(text_of(data, file), kind)
    found = []
    for rule in RULES.values():
        if kind in rule.kinds:
            for spot in islice(rule.find(document), _MOST_FINDINGS):
                source = hidden(document.lines[spot.line - 1])
                place = Position(file, spot.line, spot.column, source, spot.length)
                found.append(Finding(rule.level, rule.name, rule.reason, rule.mend, place))
    return sorted(found, key=lambda each: (each.where.line, each.where.column))


def hidden(line: str) -> str:
    """Return a line with the passwords in it hidden, as long as before."""
    return _SECRET.sub(lambda found: found[0][: found.start(1) - found.start()] + "*" * len(found[1]), line)
