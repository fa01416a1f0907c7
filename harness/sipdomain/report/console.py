"""The terminal: a line for each scenario as it ends, failures in full, and the count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, Protocol

from sipdomain.mask import masking, printable_lines
from sipdomain.report.columns import cut
from sipdomain.report.failure import failure
from sipdomain.scenario.runner import Result

_SIGNS: Final = {"passed": ("✓", "ok  "), "failed": ("✗", "FAIL"), "not run": ("-", "-   ")}
_COLOURS: Final = {"passed": "32", "failed": "31", "not run": "33"}
TITLE = 76


class Stream(Protocol):
    """Where a console writes to."""

    def write(self, words: str, /) -> int:
        """Write text."""

    def flush(self) -> None:
        """Send it on."""


class Console:
    """Writes to a terminal or a log.

    Attributes:
        stream: Where to.
        ascii_only: Whether to keep to ASCII.
        colour: Whether ANSI colours are understood.
        width: How wide a line may be that is overwritten; 0 where none can be.
    """

    def __init__(self, stream: Stream, *, ascii_only: bool, colour: bool, width: int = 0) -> None:
        self.stream = stream
        self.ascii_only = ascii_only
        self.colour = colour
        self.width = width
        self._status = ""

    def status(self, words: str) -> None:
        """Show how far the run has come, in place of what was shown before; "" takes it away."""
        shown = self._plain(cut(words, self.width - 3))
        if self.width and shown != self._status:
            self._write(f"  {shown}" if shown else "")
            self._status = shown

    def finished(self, result: Result, *, with_ladders: bool = True) -> None:
        """Write a scenario's line, and all that helps when it failed, its ladders too where they are wanted."""
        sign = _SIGNS[result.outcome][self.ascii_only]
        mask = masking(result.secrets)
        what = self._plain(mask(result.reason)) if result.outcome == "not run" else f"{result.duration:.2f} s"
        if result.outcome == "not run":
            what = f"not run: {what}"
        line = f"{self._paint(sign, result.outcome)} {self._plain(mask(result.title)):{TITLE}} {what}"
        self._write(f"{line.rstrip()}\n")
        if result.outcome == "failed":
            full = failure(result, ascii_only=self.ascii_only, with_ladders=with_ladders)
            indented = "\n".join(f"  {each}".rstrip() for each in full.splitlines())
            self._write(f"\n{self._plain(indented)}\n\n")

    def summary(self, results: Sequence[Result], wrong: int = 0) -> None:
        """Write the count: `3 passed, 1 failed, 2 not run`, and how many files were wrong, if any."""
        counts = Counter(result.outcome for result in results)
        words = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("passed", "failed", "not run"))
        words += f", {wrong} wrong file{'s' * (wrong > 1)}" if wrong else ""
        worst = "failed" if counts["failed"] or wrong else "passed" if counts["passed"] else "not run"
        self._write(f"{self._paint(words, worst)}\n")

    def show(self, title: str, pictures: Sequence[str]) -> None:
        """Write a scenario's ladders below its title."""
        self._write(f"\n{self._plain(title)}\n\n" + "".join(f"{each}\n" for each in pictures))

    def announce(self, line: str) -> None:
        """Write a line that another program reads."""
        self._write(f"{self._plain(line)}\n")

    def _paint(self, words: str, outcome: str) -> str:
        return f"\x1b[{_COLOURS[outcome]}m{words}\x1b[0m" if self.colour else words

    def _plain(self, words: str) -> str:
        words = printable_lines(words)
        return words.encode("ascii", "replace").decode() if self.ascii_only else words

    def _write(self, words: str) -> None:
        self.stream.write(f"\r\x1b[K{words}" if self._status else words)
        self._status = ""
        self.stream.flush()
