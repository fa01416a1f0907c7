"""Records of one kind, each under an owner: an account, or a list for its entries."""

from __future__ import annotations

from itertools import count
from typing import Generic, TypeVar

from harness.errors import RestError
from harness.twilio.store.model import Record

R = TypeVar("R", bound=Record)


class Table(Generic[R]):
    """Records by SID, and by owner in the order of creation."""

    __slots__ = ("_by_owner", "_numbers")

    def __init__(self) -> None:
        self._by_owner: dict[str, dict[str, R]] = {}
        self._numbers = count(1)

    def next_number(self) -> int:
        """Return the next number in the order of creation."""
        return next(self._numbers)

    def put(self, owner: str, record: R) -> None:
        """Add a record, or replace the one with its SID."""
        self._by_owner.setdefault(owner, {})[record.sid] = record

    def fetch(self, owner: str, sid: str) -> R:
        """Return a record.

        Raises:
            RestError: 20404, the owner has none with that SID.
        """
        record = self._by_owner.get(owner, {}).get(sid)
        if record is None:
            raise RestError(404, 20404, f"There is no {sid[:60]} under {owner}")
        return record

    def of(self, owner: str) -> list[R]:
        """Return an owner's records, oldest first."""
        return list(self._by_owner.get(owner, {}).values())

    def count(self, owner: str) -> int:
        """Return how many records an owner has."""
        return len(self._by_owner.get(owner, {}))

    def remove(self, owner: str, sid: str) -> None:
        """Take a record out."""
        records = self._by_owner[owner]
        del records[sid]
        if not records:
            del self._by_owner[owner]

    def remove_all(self, owner: str) -> None:
        """Take all of an owner's records out."""
        self._by_owner.pop(owner, None)
