"""Records that come one after another, of which the latest are kept: past a cap the one that was finished first goes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, cast

from sipdomain.twilio.store.changes import Replaced
from sipdomain.twilio.store.past import SLACK, Past, R


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PastKind(Generic[R]):
    """A kind of record that comes, ends, and is kept in state files.

    Attributes:
        name: What state files and changes call it.
        model: The type of a record, a dataclass of what JSON can hold.
        order: What sorts records as they were finished.
        at_end: Returns what a record is after the end of the process.
    """

    name: str
    model: type[R]
    order: Callable[[R], Any] = attrgetter("number")
    at_end: Callable[[R], R] = lambda record: record


class History(Generic[R]):
    """Records by SID, by account in the order of their numbers, and in the order in which they were finished.

    Those that are not finished are not counted: who carries them out bounds them.

    Attributes:
        capacity: How many finished records are kept.
        forgotten: How many were dropped.
        last: The highest number that a record had.
        note: Told of each record that was finished, and of what becomes of it: how it was kept before and how it is
            now, None for not at all.
        replaced: Told of all finished records, when they are forgotten at once.
    """

    def __init__(
        self, capacity: int, most_bytes: int, size: Callable[[R], int], dropped: Callable[[str], None] | None = None
    ) -> None:  # fmt: skip
        """Start empty.

        Args:
            capacity: How many finished records are kept.
            most_bytes: How many bytes they may have, one excepted.
            size: Returns how many bytes a record has, which stay the same once it is finished.
            dropped: Called with the SID of each finished record before it is taken out by itself.
        """
        self.capacity = capacity
        self._most_bytes = most_bytes
        self._size_of = size
        self._dropped = dropped
        self.forgotten = 0
        self.last = 0
        self.note: Callable[[str, R | None, R | None], None] = lambda _sid, _before, _after: None
        self.replaced: Callable[[Replaced], None] = lambda _: None
        self._open: dict[str, R] = {}
        self._past: Past[R] = Past()

    @property
    def size(self) -> int:
        """How many bytes the finished records have."""
        return self._past.size

    @property
    def open(self) -> list[R]:
        """The records that are not finished, in the order in which they began."""
        return list(self._open.values())

    @property
    def active(self) -> int:
        """How many records are not finished."""
        return len(self._open)

    @property
    def finished(self) -> Iterator[R]:
        """The finished records, the one that was finished first coming first."""
        records = self._past.records
        return (records[sid] for sid in self._past.order if sid in records)

    def begin(self, record: R) -> None:
        """Keep a record that is not finished; its number is above those of all others."""
        self.last = max(self.last, record.number)
        self._open[record.sid] = record
        self._past.add(record)

    def close(self, sid: str) -> R | None:
        """Return a record that is not finished, to be kept as it is then, or None when there is none."""
        return self._open.pop(sid, None)

    def give_up(self, sid: str) -> None:
        """Forget a record that is not finished."""
        record = self._open.pop(sid)
        self._past.rows[record.account_sid].remove(record.number)

    def keep(self, record: R) -> None:
        """Keep a finished record; records come in the order in which they were finished."""
        past = self._past
        self.last = max(self.last, record.number)
        past.add(record)
        past.records[record.sid] = record
        past.order.append(record.sid)
        past.size += self._size_of(record)
        self.note(record.sid, None, record)
        self._forget_first()

    def _forget_first(self) -> None:
        past = self._past
        records = past.records
        while len(records) > self.capacity or (past.size > self._most_bytes and len(records) > 1):
            sid = past.order.popleft()
            if sid in past.gone:
                past.gone.discard(sid)
                continue
            self.forgotten += 1
            record = self._take_out(sid)
            past.rows[record.account_sid].drop(record.number)
            self.note(sid, record, None)

    def _take_out(self, sid: str) -> R:
        if self._dropped is not None:
            self._dropped(sid)
        record = self._past.records.pop(sid)
        self._past.size -= self._size_of(record)
        return record

    def delete(self, sid: str) -> bool:
        """Forget a finished record; False when there is none."""
        past = self._past
        if sid not in past.records:
            return False
        record = self._take_out(sid)
        past.gone.add(sid)
        if len(past.gone) > len(past.records) + SLACK:
            past.order = deque(each for each in past.order if each not in past.gone)
            past.gone.clear()
        past.rows[record.account_sid].remove(record.number)
        self.note(sid, record, None)
        return True

    def replace(self, record: R) -> None:
        """Keep a finished record in the place of one with its SID, of the same size."""
        before = self._past.records[record.sid]
        self._past.records[record.sid] = record
        self._past.add(record)
        self.note(record.sid, before, record)

    def put_back(self, records: Sequence[R]) -> None:
        """Keep finished records that were deleted, or replaced, as if they had not been; listeners are not notified.

        Args:
            records: In the order in which they were finished.
        """
        past = self._past
        for record in reversed(records):
            sid = record.sid
            before = past.records.get(sid)
            if before is not None:
                past.size -= self._size_of(before)
            elif sid in past.gone:
                past.gone.discard(sid)
            else:
                past.order.appendleft(sid)
            past.records[sid] = record
            past.size += self._size_of(record)
            past.add(record)

    def clear(self) -> tuple[Replaced, ...]:
        """Forget all finished records; return what is still to be freed."""
        past, self._past = self._past, Past()
        past.begun = tuple(self._open.values())
        for each in self._open.values():
            self._past.add(each)
        self.replaced(past)
        return (past,)

    def put_all_back(self, replaced: Replaced) -> None:
        """Keep what was cleared as if it had not been; listeners are not notified."""
        past = cast("Past[R]", replaced)
        newer, self._past = self._past, past
        for each in past.begun:
            # Some may be gone by now.
            past.rows[each.account_sid].remove(each.number)
        for sid in newer.order:
            record = newer.records.get(sid)
            if record is not None:
                past.add(record)
                past.records[sid] = record
                past.order.append(sid)
                past.size += self._size_of(record)
        for each in self._open.values():
            past.add(each)

    def find(self, sid: str) -> R | None:
        """Return a record, or None when it is unknown or forgotten."""
        return self._open.get(sid) or self._past.records.get(sid)

    def newest_first(self, account_sid: str) -> Iterator[R]:
        """Return an account's records by their numbers, the latest first; safe in another thread.

        A record that comes meanwhile is not among them, nor is one that is forgotten before its turn.
        """
        row = self._past.rows.get(account_sid)
        return row.newest_first() if row is not None else iter(())

    def __len__(self) -> int:
        return len(self._open) + len(self._past.records)
