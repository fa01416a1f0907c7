"""How far a run has come, in one line that a terminal overwrites."""

from __future__ import annotations

from collections import Counter

from sipdomain.scenario.runner import Result


class Progress:
    """Counts what has ended, and knows what is under way.

    Args:
        total: How many scenarios are to be played.
        began_at: When the run began, in seconds of any clock.
    """

    def __init__(self, total: int, began_at: float) -> None:
        self._total = total
        self._began_at = began_at
        self._under_way: dict[int, str] = {}
        self._ended: Counter[str] = Counter()

    def started(self, number: int, title: str) -> None:
        """Take note that a scenario begins."""
        self._under_way[number] = title

    def ended(self, number: int, found: Result | None) -> None:
        """Take note that a scenario has ended; None for a file that is wrong."""
        self._under_way.pop(number, None)
        self._ended["wrong" if found is None else found.outcome] += 1

    def line(self, now: float) -> str:
        """Return the line: how many of how many, how many failed, for how long, and what is under way."""
        failed = self._ended["failed"] + self._ended["wrong"]
        parts = [f"{sum(self._ended.values())}/{self._total}"]
        parts += [f"{failed} failed"] if failed else []
        parts.append(f"{max(0.0, now - self._began_at):.0f} s")
        return " · ".join([*parts, *self._under_way.values()])
