"""The exception tree: who is to blame, where, and what to do.

SipDomainError
├── ProtocolError            something is wrong with a message
│   ├── RemoteProtocolError  the peer sent it; carries the status to answer with
│   └── LocalProtocolError   our own caller asked for something the protocol forbids
├── FileError                a file that a person wrote is wrong; prints like a compiler
├── TwimlError               a TwiML document cannot be carried out; carries the provider's code
├── RestError                a REST request is refused; carries the provider's code and status
├── MediaError               audio cannot be read or rendered
├── StateError               a change could not be kept on disk, and was taken back
└── SetupError               the program cannot start: a busy port, a missing extra; exit code 2
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


class SipDomainError(Exception):
    """The root of all errors that this package raises."""


class ProtocolError(SipDomainError):
    """A message breaks its protocol."""


class RemoteProtocolError(ProtocolError):
    """The peer sent something wrong.

    Attributes:
        status_hint: The SIP status code that a server would answer with.
    """

    def __init__(self, message: str, *, status_hint: int = 400) -> None:
        super().__init__(message)
        self.status_hint = status_hint


class LocalProtocolError(ProtocolError):
    """Our own side asked for something that the protocol forbids."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file that a person wrote.

    Attributes:
        file: The path, as the user named it.
        line: The line, counted from 1.
        column: The column, counted from 1.
        source: The text of that line, without its end.
        length: How many characters the caret line marks.
    """

    file: str
    line: int
    column: int
    source: str = ""
    length: int = 1


_LONGEST_LINE: Final = 160
"""How much of a line of a file an error shows."""
_LEAD: Final = 60
"""How much of it stands before the place that is meant."""


def _short(line: str, place: int) -> tuple[str, int]:
    """Return what an error shows of a line, and where in that the place is."""
    if len(line) <= _LONGEST_LINE:
        return line, place
    start = max(0, place - _LEAD)
    shown = line[start : start + _LONGEST_LINE]
    before = "…" if start else ""
    after = "…" if start + _LONGEST_LINE < len(line) else ""
    return f"{before}{shown}{after}", place - start + len(before)


def _visible(text: str) -> str:
    """Return a text on one line in which no character steers the terminal; a tab is as wide as its caret line takes it."""
    return "".join(
        each if each.isprintable() else " " if each == "\t" else "\N{REPLACEMENT CHARACTER}" for each in text
    )


class FileError(SipDomainError):
    """A file that a person wrote is wrong.

    Attributes:
        where: The place, or None when the whole file is meant.
        hint: What to do about it, or "".
    """

    def __init__(self, message: str, *, where: Position | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """Return the error as a compiler prints one: place, source line, caret, hint."""
        lines = [f"error: {_visible(self.message)}"]
        if self.where is not None:
            at = self.where
            number = str(at.line)
            pad = " " * len(number)
            lines.append(f"{pad}--> {_visible(at.file)}:{at.line}:{at.column}")
            if at.source:
                source, before = _short(at.source, at.column - 1)
                marks = "^" * max(1, min(at.length, len(source) - before))
                lines.append(f"{number} | {_visible(source)}")
                lines.append(f"{pad} | {' ' * before}{marks}{' ' + _visible(self.hint) if self.hint else ''}")
                return "\n".join(lines)
        if self.hint:
            lines.append(f"hint: {_visible(self.hint)}")
        return "\n".join(lines)


class TwimlError(SipDomainError):
    """A TwiML document cannot be carried out.

    Attributes:
        code: The provider's error code, such as 12100.
        place: The line and column of the document, counted from 1, or None when all of it is meant.
    """

    def __init__(self, code: int, message: str, *, place: tuple[int, int] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.place = place


class RestError(SipDomainError):
    """A REST request is refused.

    Attributes:
        status: The HTTP status.
        code: The provider's error code.
    """

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class MediaError(SipDomainError):
    """Audio or a session description cannot be read, agreed on, or rendered."""


class StateError(SipDomainError):
    """A change could not be kept on disk, and was taken back."""


class SetupError(SipDomainError):
    """The program cannot start: a busy port, a missing extra, a missing peer. Exit code 2."""


def no_json(error: ValueError | RecursionError) -> str:
    """Return why a text is not JSON, in our own words, with the place where that shows."""
    if isinstance(error, RecursionError):
        return "not JSON that can be read: it is nested too deeply"
    line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
    return f"not JSON (line {line}, column {column})" if line else "not JSON: it is not text in UTF-8"
