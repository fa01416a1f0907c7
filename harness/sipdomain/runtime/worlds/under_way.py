"""SIP messages that one pump of a live world has sent to another, and that are not there yet."""

from __future__ import annotations

from typing import Final

from sipdomain.entries import Entry, SipMessage

MOST: Final = 10_000
"""How many messages are counted at once; a further one is taken as arrived."""


class UnderWay:
    """Listens to a journal: a message has arrived when both its ends have recorded it.

    Only messages to an address that has recorded something itself count: what a foreign phone receives, nobody records.
    """

    def __init__(self) -> None:
        self._own: set[str] = set()
        self._copies: dict[bytes, int] = {}

    @property
    def count(self) -> int:
        """How many messages are under way."""
        return len(self._copies)

    def take(self, entry: Entry) -> None:
        """Take an entry of the journal."""
        if not isinstance(entry, SipMessage):
            return
        if len(self._own) < MOST:
            self._own.add(entry.local)
        copies = self._copies.get(entry.data, 0)
        if entry.lane == "out" and entry.remote in self._own and len(self._copies) < MOST:
            self._copies[entry.data] = copies + 1
        elif entry.lane == "in" and copies > 1:
            self._copies[entry.data] = copies - 1
        elif entry.lane == "in":
            self._copies.pop(entry.data, None)
