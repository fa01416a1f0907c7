"""Records of one kind that are known by their SID alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes, Kind
from sipdomain.twilio.store.model import Record
from sipdomain.twilio.store.table import Table

R = TypeVar("R", bound=Record)


class Shelf(Generic[R]):
    """All records of one kind, by what they are under: an account, or another record."""

    def __init__(
        self, model: type[R], kind: Kind, prefix: str, *, most: int, what: str, ids: Ids, changes: Changes,
        under: str = "account_sid",
    ) -> None:  # fmt: skip
        """Start empty.

        Args:
            model: Of a record.
            kind: What changes call it.
            prefix: How its SIDs begin.
            most: How many may be under one.
            what: What they are called, for the refusal of one more.
            ids: Makes SIDs.
            changes: Where changes are noted.
            under: The attribute that names what a record is under.
        """
        self.model = model
        self._prefix = prefix
        self._most = most
        self._what = what
        self._ids = ids
        self._table: Table[R] = Table(kind, changes)
        self._under: Callable[[R], str] = attrgetter(under)

    def make(self, account_sid: str, *, now: float, **fields: Any) -> R:
        """Keep a new record; raises RestError without a code when there are too many."""
        made = self.model(
            sid=self._ids.new(self._prefix), number=self._table.next_number(), account_sid=account_sid,
            created_at=now, updated_at=now, **fields,
        )  # fmt: skip
        if self._table.count(self._under(made)) >= self._most:
            raise checks.too_many(self._what, self._most)
        self.put(made)
        return made

    def change(self, record: R, *, now: float, **fields: Any) -> R:
        """Keep a record with other fields."""
        changed = replace(record, updated_at=now, **fields)
        self.put(changed)
        return changed

    def put(self, record: R) -> None:
        """Keep a record as it is, in place of one with its SID."""
        self._table.put(self._under(record), record)

    def take_out(self, record: R) -> None:
        """Take a record out."""
        self._table.remove(self._under(record), record.sid)

    def fetch(self, under: str, sid: str) -> R:
        """Return a record, or raise RestError 20404."""
        return self._table.fetch(under, sid)

    def find(self, under: str, sid: str) -> R | None:
        """Return a record, or None."""
        return self._table.find(under, sid)

    def of(self, under: str) -> list[R]:
        """Return what is under an account or another record, oldest first."""
        return self._table.of(under)

    def __iter__(self) -> Iterator[R]:
        """Return all records."""
        return iter(self._table)
