"""What who sits at the terminal types while `qa` waits: `s` skips a situation, `q` ends it, `y` and `n` answer; signals."""

from __future__ import annotations

import os
import select
import sys

from sipdomain.cli.interruption import Interruption


class Keys:
    """Reads lines of a terminal without waiting for them; without a terminal there are none.

    Attributes:
        ended: Whether no further situation is wanted.
    """

    def __init__(self, interruption: Interruption) -> None:
        self._interruption = interruption
        self._typed = ""
        self._skip = False
        self._quit = False
        self._answer: bool | None = None
        self._reads = sys.stdin is not None and sys.stdin.isatty()

    @property
    def ended(self) -> bool:
        """Whether no further situation is wanted."""
        return self._quit or self._interruption.came()

    def begin(self) -> None:
        """Begin a situation: what was typed before does not skip it."""
        self._skip = False

    @property
    def reads(self) -> bool:
        """Whether there is a terminal to read."""
        return self._reads

    def ask(self) -> None:
        """Ask for y or n: what was typed before answers nothing."""
        self.skipped()
        self._answer = None

    def answer(self) -> bool | None:
        """Return whether y or n was typed since it was asked for, or None."""
        self.skipped()
        return self._answer

    def skipped(self) -> bool:
        """Return whether the situation is to be left."""
        while self._reads and select.select([0], [], [], 0)[0]:
            data = os.read(0, 1024)
            if not data:
                self._reads = False
                break
            self._typed += data.decode("utf-8", "replace")
            *lines, self._typed = self._typed.split("\n")
            for line in lines:
                self._skip |= line.strip().lower() in {"s", "skip"}
                self._quit |= line.strip().lower() in {"q", "quit"}
                if line.strip().lower() in {"y", "yes", "n", "no"}:
                    self._answer = line.strip().lower().startswith("y")
        return self._skip or self.ended
