"""What a history keeps: records by SID, by account in the order of their numbers, and as they were finished."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Generator, Iterator
from typing import Any, Final, Generic, Protocol, TypeVar

_FEW: Final = 100
"""How many records are freed at one step."""
SLACK: Final = 1_024
"""How many places of an order may be empty before it is made new."""


class Numbered(Protocol):
    """What a record of a history has."""

    @property
    def sid(self) -> str:
        """What it is known by."""

    @property
    def account_sid(self) -> str:
        """Whose it is."""

    @property
    def number(self) -> int:
        """Counts up in the order in which they began."""


R = TypeVar("R", bound=Numbered)


class _Row(Generic[R]):
    """One account's records in the order of their numbers.

    The numbers stand apart, so that a copy of them, which costs next to nothing, can be gone through while records come
    and go: to touch 100,000 records at once takes milliseconds in which no audio is sent.
    """

    __slots__ = ("_empty", "_numbers", "records")

    def __init__(self) -> None:
        self.records: dict[int, R] = {}
        self._numbers = array("q")
        self._empty = 0

    def add(self, record: R) -> None:
        numbers, number = self._numbers, record.number
        if number not in self.records:
            if not numbers or number > numbers[-1]:
                numbers.append(number)
            else:
                at = bisect_left(numbers, number, self._empty)
                if at == len(numbers) or numbers[at] != number:
                    numbers.insert(at, number)
        self.records[number] = record

    def remove(self, number: int) -> None:
        """Take a record out at once, which moves all numbers after it."""
        del self.records[number]
        del self._numbers[bisect_left(self._numbers, number, self._empty)]

    def drop(self, number: int) -> None:
        """Take one of the first records out; its number stays until there are none before it."""
        records, numbers, empty = self.records, self._numbers, self._empty
        del records[number]
        while empty < len(numbers) and numbers[empty] not in records:
            empty += 1
        if empty > SLACK:
            del numbers[:empty]
            empty = 0
        self._empty = empty

    def newest_first(self) -> Iterator[R]:
        find = self.records.get
        numbers = self._numbers[self._empty :]
        return (found for each in reversed(numbers) if (found := find(each)) is not None)


class Past(Generic[R]):
    """What a history keeps.

    Attributes:
        records: The finished records by SID.
        order: Their SIDs, the one that was finished first coming first, and those of `gone`.
        gone: SIDs of records that were taken out, whose place in the order is still there.
        rows: All records, those that are not finished too, by account.
        begun: Those that were not finished when all others were forgotten.
        size: How many bytes the finished records have.
    """

    __slots__ = ("begun", "gone", "order", "records", "rows", "size")

    def __init__(self) -> None:
        self.records: dict[str, R] = {}
        self.order: deque[str] = deque()
        self.gone: set[str] = set()
        self.rows: dict[str, _Row[R]] = {}
        self.begun: tuple[R, ...] = ()
        self.size = 0

    def add(self, record: R) -> None:
        """Let an account have a record."""
        row = self.rows.get(record.account_sid)
        if row is None:
            row = self.rows[record.account_sid] = _Row()
        row.add(record)

    def items(self) -> Iterator[tuple[str, R]]:
        """Return the finished records with their SIDs."""
        return iter(self.records.items())

    def free(self) -> Generator[None, None, None]:
        """Forget everything, a few records at a step: freeing many at once takes milliseconds."""
        self.order.clear()
        self.gone.clear()
        kept: list[dict[Any, R]] = [*(row.records for row in self.rows.values()), self.records]
        for records in kept:
            while records:
                for _ in range(min(_FEW, len(records))):
                    records.popitem()
                yield
