"""What drivers have in common that start a program for each call."""

from __future__ import annotations

import shutil
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path

from sipdomain.errors import SetupError
from sipdomain.qa.drivers.driver import Act, Order
from sipdomain.runtime.process import Process


class ProgramDriver(ABC):
    """Starts a program for each call, in a folder of its own.

    Attributes:
        name: As it is typed.
        acts: What it can do.
        by_hand: False.
        starts_anew: Whether it knows nothing of its last call.
    """

    name = ""
    acts: frozenset[Act] = frozenset()
    by_hand = False
    starts_anew = True

    def __init__(self) -> None:
        self._process: Process | None = None
        self._folder: Path | None = None

    @abstractmethod
    def start(self, order: Order, folder: Path) -> Process:
        """Start the program."""

    def begin(self, order: Order) -> None:
        """Start it."""
        self.end()
        self._folder = Path(tempfile.mkdtemp(prefix="sipdomain-qa-"))
        self._process = self.start(order, self._folder)

    def do(self, act: Act) -> None:
        """Refuse: it was told beforehand, or cannot.

        Raises:
            SetupError: It cannot.
        """
        if act not in self.acts:
            raise SetupError(f"{self.name} cannot {act}")

    def trouble(self) -> str:
        """Return what the program said last, where it has ended by itself."""
        if self._process is None or (code := self._process.poll()) is None:
            return ""
        said = self._process.output.strip().splitlines()
        last = f": {said[-1]}" if said else ""
        return f"{self.name} ended with exit code {code}{last}"

    def end(self) -> None:
        """End it, and remove its folder."""
        process, self._process = self._process, None
        if process is not None:
            process.close()
        folder, self._folder = self._folder, None
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
