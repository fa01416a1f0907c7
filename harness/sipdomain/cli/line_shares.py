"""How many lines are printed about one source, so that what one stranger does hides nothing of what others do."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MOST_LINES: Final = 200
"""Lines about one source in ten seconds; further ones are counted, and reported in one line."""
WINDOW: Final = 10.0
"""How long lines about a source are counted, in seconds, from the first of them on."""
MOST_SOURCES: Final = 1_000
"""Of how many sources lines are counted; past that the one counted longest goes, and is reported."""


@dataclass(slots=True)
class _Window:
    until: float
    lines: int = 0
    left_out: int = 0


class LineShares:
    """Counts lines by source. What concerns nobody in particular is not counted."""

    def __init__(self, report: Callable[[float, str, int], None]) -> None:
        """Begin to count.

        Args:
            report: Called with a moment, a source and how many lines about it were left out.
        """
        self._report = report
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    def allows(self, source: str, at: float) -> bool:
        """Count a line about a source, and return whether it is to be printed."""
        self.settle(at)
        if not source:
            return True
        window = self._windows.get(source)
        if window is None:
            if len(self._windows) >= MOST_SOURCES:
                self._end(at)
            window = self._windows[source] = _Window(at + WINDOW)
        if window.lines >= MOST_LINES:
            window.left_out += 1
            return False
        window.lines += 1
        return True

    def settle(self, at: float) -> None:
        """Tell what was left out in windows that are over."""
        while self._windows and next(iter(self._windows.values())).until <= at:
            self._end(at)

    def finish(self, at: float) -> None:
        """Tell all that was left out, at the end."""
        while self._windows:
            self._end(at)

    def _end(self, at: float) -> None:
        source, window = self._windows.popitem(last=False)
        if window.left_out:
            self._report(at, source, window.left_out)
