"""Records of one kind, each under an owner: an account, or a list for its entries."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Generic, TypeVar

from sipdomain.errors import RestError
from sipdomain.twilio.store.changes import Changes, Kind
from sipdomain.twilio.store.model import Record

R = TypeVar("R", bound=Record)


class Table(Generic[R]):
    """Records by SID, and by owner in the order of creation."""

    __slots__ = ("_by_owner", "_changes", "_kind", "_last")

    def __init__(self, kind: Kind, changes: Changes) -> None:
        self._by_owner: dict[str, dict[str, R]] = {}
        self._last = 0
        self._kind: Kind = kind
        self._changes = changes

    def next_number(self) -> int:
        """Return the next number in the order of creation."""
        self._last += 1
        return self._last

    def put(self, owner: str, record: R) -> None:
        """Add a record, or replace the one with its SID."""
        records = self._by_owner.setdefault(owner, {})
        self._changes.note(self._kind, record.sid, records.get(record.sid), record)
        records[record.sid] = record
        self._last = max(self._last, record.number)

    def fetch(self, owner: str, sid: str) -> R:
        """Return a record.

        Raises:
            RestError: 20404, the owner has none with that SID.
        """
        record = self.find(owner, sid)
        if record is None:
            raise RestError(404, 20404, f"There is no {sid[:60]} under {owner}")
        return record

    def find(self, owner: str, sid: str) -> R | None:
        """Return a record, or None."""
        return self._by_owner.get(owner, {}).get(sid)

    def of(self, owner: str) -> list[R]:
        """Return an owner's records, oldest first."""
        return sorted(self._by_owner.get(owner, {}).values(), key=attrgetter("number"))

    def __iter__(self) -> Iterator[R]:
        """Return all records, those of an owner oldest first."""
        return iter([record for owner in self._by_owner for record in self.of(owner)])

    def count(self, owner: str) -> int:
        """Return how many records an owner has."""
        return len(self._by_owner.get(owner, {}))

    def remove(self, owner: str, sid: str) -> None:
        """Take a record out."""
        records = self._by_owner[owner]
        self._changes.note(self._kind, sid, records.pop(sid), None)
        if not records:
            del self._by_owner[owner]

    def remove_all(self, owner: str) -> None:
        """Take all of an owner's records out."""
        for sid in list(self._by_owner.get(owner, ())):
            self.remove(owner, sid)

    def clear(self) -> None:
        """Take every record out."""
        for owner in list(self._by_owner):
            self.remove_all(owner)
