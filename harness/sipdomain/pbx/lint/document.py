"""A configuration of a PBX as the rules see it: sections of settings, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["pjsip", "sip", "freeswitch", "kamailio", "baresip"]
KINDS: Final[tuple[Kind, ...]] = ("pjsip", "sip", "freeswitch", "kamailio", "baresip")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place: line and column from 1, and how many characters are meant."""

    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Setting:
    """A name and its value, as written."""

    name: str
    value: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a file: of Asterisk a section, of FreeSWITCH a gateway, of baresip an account.

    Attributes:
        name: As written; "" for the whole of a file that has no parts.
        settings: Its own, in the order of the file.
        inherited: Those of its templates.
        spot: Where it begins.
        is_template: Whether it is one, and stands for nothing itself.
        extends: Whether it adds to a section of the same name.
    """

    name: str
    settings: tuple[Setting, ...]
    spot: Spot
    inherited: tuple[Setting, ...] = ()
    is_template: bool = False
    extends: bool = False

    def all(self, name: str) -> list[Setting]:
        """Return the settings of a name, those of templates first."""
        return [each for each in (*self.inherited, *self.settings) if each.name == name]

    def get(self, name: str) -> str:
        """Return the value that counts, or ""."""
        found = self.all(name)
        return found[-1].value if found else ""

    def own(self, *names: str) -> Iterator[Setting]:
        """Yield its own settings of these names."""
        return (each for each in self.settings if each.name in names)


@dataclass(frozen=True, slots=True)
class Document:
    """A configuration.

    Attributes:
        kind: Of which program.
        lines: The file, as it is.
        code: The lines without comments, at the same columns.
        sections: Its parts.
        is_whole: Whether it has all that it speaks of, and includes no other file.
    """

    kind: Kind
    lines: tuple[str, ...]
    code: tuple[str, ...]
    sections: tuple[Section, ...]
    is_whole: bool

    def of_type(self, name: str) -> list[Section]:
        """Return Asterisk's sections of a type that stand for something."""
        return [each for each in self.sections if each.get("type") == name and not each.is_template]

    def own(self, *names: str) -> Iterator[Setting]:
        """Yield the settings of these names of all sections, each where it is written."""
        return (each for section in self.sections for each in section.own(*names))

    def matches(self, pattern: re.Pattern[str]) -> Iterator[tuple[Spot, re.Match[str]]]:
        """Yield where a pattern is in the lines without comments."""
        for number, line in enumerate(self.code, 1):
            for found in pattern.finditer(line):
                yield Spot(number, found.start() + 1, max(1, len(found[0]))), found
