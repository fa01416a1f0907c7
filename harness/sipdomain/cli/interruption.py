"""SIGTERM and Ctrl-C as a wish to stop: what was done so far is reported; a closed terminal is not such a wish."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Any, Self


class Interruption:
    """While entered, remembers the first SIGTERM or SIGINT; a second one ends the program at once. SIGHUP does nothing.

    Attributes:
        number: The signal that came, or 0.
    """

    def __init__(self) -> None:
        self.number = 0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        """Take the signals."""
        for number in (signal.SIGTERM, signal.SIGINT):
            self._before[number] = signal.signal(number, self._asked)
        if hasattr(signal, "SIGHUP"):
            # A handler that does nothing, and not SIG_IGN, which children would inherit.
            self._before[signal.SIGHUP] = signal.signal(signal.SIGHUP, lambda *_: None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give them back."""
        for number, before in self._before.items():
            signal.signal(number, before)

    def came(self) -> bool:
        """Whether to stop."""
        return self.number != 0

    @property
    def name(self) -> str:
        """What came, such as SIGTERM."""
        return signal.Signals(self.number).name if self.number else ""

    @property
    def exit_code(self) -> int:
        """What a shell expects of a program that a signal ended: 130 for Ctrl-C, 143 for SIGTERM."""
        return 128 + self.number

    def _asked(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as signal calls it
        if self.number:
            raise SystemExit(self.exit_code)
        self.number = number
