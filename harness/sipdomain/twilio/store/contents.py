"""All records of one kind at one time: by owner, by what is theirs alone, and by group."""

from __future__ import annotations

from collections.abc import Generator, Hashable, Iterator
from itertools import chain
from operator import attrgetter
from typing import Final, Generic, TypeVar

from sipdomain.twilio.store.kind import Kind
from sipdomain.twilio.store.model import Record

R = TypeVar("R", bound=Record)
_FEW: Final = 100
"""How many records are freed at one step."""
_by_number = attrgetter("number")


class Frozen(Generic[R]):
    """What the contents were at one moment; it costs next to nothing, and stays as it is."""

    __slots__ = ("_by_owner",)

    def __init__(self, by_owner: dict[Hashable, dict[str, R]]) -> None:
        self._by_owner = by_owner

    def __iter__(self) -> Iterator[R]:
        """Return all records, those of an owner oldest first."""
        for records in self._by_owner.values():
            yield from sorted(records.values(), key=_by_number)

    def items(self) -> Iterator[tuple[str, R]]:
        """Return all records with their keys."""
        return chain.from_iterable(records.items() for records in self._by_owner.values())


class Contents(Generic[R]):
    """Records with everything that they are looked up by.

    Attributes:
        last: The highest number that a record had.
        once: Records by what no two of them have in common.
    """

    __slots__ = ("_by_group", "_by_owner", "_kind", "_shown", "last", "once")

    def __init__(self, kind: Kind[R]) -> None:
        self._kind = kind
        self._by_owner: dict[Hashable, dict[str, R]] = {}
        # Owners whose records are frozen: they are copied before they are written to.
        self._shown: set[Hashable] = set()
        self._by_group: dict[Hashable, dict[str, R]] = {}
        self.once: dict[tuple[str, ...], R] = {}
        self.last = 0

    def put(self, record: R) -> R | None:
        """Keep a record in place of one with its key, which is returned."""
        kind = self._kind
        key = kind.key(record)
        records = self._writable(kind.owner(record))
        before = records.get(key)
        if before is not None:
            self._take_away(key, before)
        records[key] = record
        once, group = kind.once(record), kind.group(record)
        if once:
            self.once[once] = record
        if group is not None:
            self._by_group.setdefault(group, {})[key] = record
        self.last = max(self.last, record.number)
        return before

    def take_out(self, record: R) -> R:
        """Take the record with the key of this one out, and return it."""
        kind = self._kind
        key, owner = kind.key(record), kind.owner(record)
        records = self._writable(owner)
        before = records.pop(key)
        if not records:
            del self._by_owner[owner]
        self._take_away(key, before)
        return before

    def _writable(self, owner: Hashable) -> dict[str, R]:
        records = self._by_owner.get(owner)
        if records is None:
            records = self._by_owner[owner] = {}
        elif owner in self._shown:
            records = self._by_owner[owner] = dict(records)
        self._shown.discard(owner)
        return records

    def _take_away(self, key: str, record: R) -> None:
        once, group = self._kind.once(record), self._kind.group(record)
        if once:
            del self.once[once]
        if group is not None:
            records = self._by_group[group]
            del records[key]
            if not records:
                del self._by_group[group]

    def of(self, owner: Hashable) -> dict[str, R]:
        """Return an owner's records by key."""
        return self._by_owner.get(owner, {})

    def among(self, group: Hashable) -> dict[str, R]:
        """Return a group's records by key."""
        return self._by_group.get(group, {})

    def items(self) -> Iterator[tuple[str, R]]:
        """Return all records with their keys."""
        return chain.from_iterable(records.items() for records in self._by_owner.values())

    def frozen(self) -> Frozen[R]:
        """Return what there is now."""
        self._shown = set(self._by_owner)
        return Frozen(dict(self._by_owner))

    def free(self) -> Generator[None, None, None]:
        """Forget everything, a few records at a step: freeing many at once takes milliseconds."""
        while self.once:
            for _ in range(min(_FEW, len(self.once))):
                self.once.popitem()
            yield
        for records in (self._by_group, self._by_owner):
            while records:
                records.popitem()
                yield
