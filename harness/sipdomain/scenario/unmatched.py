"""Requests for which the application had no reply, though it has some for other requests of that path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from sipdomain.entries import Entry, HttpAnswered, HttpRequested
from sipdomain.journal import Journal
from sipdomain.scenario.mismatch import Mismatch

HEADER: Final = "x-mock-unmatched"
"""The header field by which the webhook application says so."""
MOST_UNMATCHED: Final = 100
"""How many such requests are reported."""


class Unmatched:
    """Listens to a journal for requests that no reply's `when` was met by.

    Attributes:
        found: Each as what a scenario did not expect, oldest first, at most 100.
    """

    def __init__(self, journal: Journal) -> None:
        self.found: list[Mismatch] = []
        self._paths: dict[int, str] = {}
        self._stop: Callable[[], None] = journal.listen(self._follow)

    def close(self) -> None:
        """Stop listening."""
        self._stop()

    def _follow(self, entry: Entry) -> None:
        if isinstance(entry, HttpRequested):
            self._paths[entry.token] = urlsplit(entry.url).path
        elif isinstance(entry, HttpAnswered):
            path = self._paths.pop(entry.token, "")
            said = next((text for name, text in entry.headers if name.lower() == HEADER), None)
            if said is not None and len(self.found) < MOST_UNMATCHED:
                self.found.append(
                    Mismatch(
                        f"given.app.{path}", "a reply for each request", f"none for {said}",
                        ("give it a reply without `when`, behind the others, or one whose `when` is met",),
                        entry.call_id,
                    )
                )  # fmt: skip
