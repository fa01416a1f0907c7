"""Records of one kind, each under an owner: an account, or a list for its entries."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Any, Generic, TypeVar, cast

from sipdomain.errors import RestError
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store.changes import Changes, Swap
from sipdomain.twilio.store.contents import Contents, Frozen
from sipdomain.twilio.store.kind import Kind
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.model import Record

R = TypeVar("R", bound=Record)
_by_number = attrgetter("number")


class Table(Generic[R]):
    """All records of one kind: by owner in the order of creation, and by whatever else the kind says.

    Attributes:
        kind: Which kind.
        most: How many may be under one owner.
        contents: The records.
        version: Counts the changes.
        touched: Called with each record that is put or taken out.
    """

    def __init__(self, kind: Kind[R], ids: Ids, limits: Limits, changes: Changes) -> None:
        """Start empty.

        Args:
            kind: Which kind.
            ids: Makes SIDs.
            limits: How much may be stored.
            changes: Where changes are noted.
        """
        self.kind = kind
        self.most = kind.cap(limits)
        self.touched: Callable[[R], None] = lambda _: None
        self._ids = ids
        self._changes = changes
        self.contents: Contents[R] = Contents(kind)
        self.version = 0

    def make(self, account_sid: str, *, now: float, sid: str = "", **fields: Any) -> R:
        """Keep a new record; the rest is as in `draft`."""
        made = self.draft(account_sid, now=now, sid=sid, **fields)
        self.put(made)
        return made

    def draft(self, account_sid: str, *, now: float, sid: str = "", **fields: Any) -> R:
        """Return a new record that is not kept yet.

        Args:
            account_sid: The account that owns it.
            now: Unix seconds.
            sid: Its SID; "" draws one.
            fields: All others.

        Raises:
            RestError: There are too many.
        """
        made = self.kind.model(
            sid=sid or self._ids.new(self.kind.prefix), number=self.contents.last + 1, account_sid=account_sid,
            created_at=now, updated_at=now, **fields,
        )  # fmt: skip
        if self.count(self.kind.owner(made)) >= self.most:
            raise self.kind.refusal(self.most, made)
        return made

    def change(self, record: R, *, now: float, **fields: Any) -> R:
        """Keep a record with other fields."""
        changed = replace(record, updated_at=now, **fields)
        self.put(changed)
        return changed

    def put(self, record: R) -> None:
        """Keep a record as it is, in place of one with its key."""
        before = self.contents.put(record)
        self.version += 1
        self._changes.note(self.kind.name, self.kind.key(record), before, record)
        self.touched(record)

    def take_out(self, record: R) -> None:
        """Take a record out; what refers to it is the caller's affair."""
        before = self.contents.take_out(record)
        self.version += 1
        self._changes.note(self.kind.name, self.kind.key(record), before, None)
        self.touched(record)

    def fetch(self, owner: Hashable, sid: str) -> R:
        """Return a record.

        Raises:
            RestError: 20404, the owner has none with that SID.
        """
        record = self.find(owner, sid)
        if record is None:
            raise RestError(404, 20404, f"There is no {sid[:60]} under {owner}")
        return record

    def find(self, owner: Hashable, key: str) -> R | None:
        """Return a record, or None."""
        return self.contents.of(owner).get(key)

    def known_by(self, *once: str) -> R | None:
        """Return the record that alone has this, such as a name in an account, or None."""
        return self.contents.once.get(once)

    def of(self, owner: Hashable) -> list[R]:
        """Return an owner's records, oldest first."""
        return sorted(self.contents.of(owner).values(), key=_by_number)

    def among(self, group: Hashable) -> list[R]:
        """Return a group's records, oldest first."""
        return sorted(self.contents.among(group).values(), key=_by_number)

    def count(self, owner: Hashable) -> int:
        """Return how many records an owner has."""
        return len(self.contents.of(owner))

    def delete(self, owner: Hashable, sid: str) -> None:
        """Take a record out, or raise RestError 20404."""
        self.take_out(self.fetch(owner, sid))

    def __iter__(self) -> Iterator[R]:
        """Return all records as they are now, those of an owner oldest first."""
        return iter(self.frozen())

    def frozen(self) -> Frozen[R]:
        """Return what there is now."""
        return self.contents.frozen()

    def swap(self, contents: Contents[R]) -> Swap:
        """Take other contents for what there was; return what that changed."""
        swap = Swap(self.kind.name, self.contents, contents.frozen())
        # A number is never given out twice.
        contents.last = max(contents.last, self.contents.last)
        self.contents = contents
        self.version += 1
        self._changes.note_swap(swap)
        return swap

    def swap_back(self, swap: Swap) -> None:
        """Undo a swap; listeners are not notified."""
        self.contents = cast("Contents[R]", swap.before)
        self.version += 1
