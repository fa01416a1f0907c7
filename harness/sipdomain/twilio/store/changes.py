"""What changed in a store, for whoever keeps it on disk or has to undo it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any, NamedTuple, Protocol


class Records(Protocol):
    """Records of one kind that nobody changes any more."""

    def items(self) -> Iterator[tuple[str, Any]]:
        """Return the records with their keys."""


class Replaced(Records, Protocol):
    """Records that were taken out all at once."""

    def free(self) -> Generator[None, None, None]:
        """Forget everything, a few records at a step: freeing many at once takes milliseconds."""


class Change(NamedTuple):
    """One record that was made, replaced or taken out.

    Attributes:
        kind: The name of its kind.
        key: What it is known by among its kind: its SID, for a mapping DOMAIN/PURPOSE/LIST.
        before: How it was, or None when it was not there.
        after: How it is, or None when it is gone.
    """

    kind: str
    key: str
    before: Any
    after: Any


class Swap(NamedTuple):
    """All records of a kind that were replaced at once.

    Attributes:
        kind: The name of their kind.
        before: What there was; it is put back to undo the swap.
        after: What there was afterwards; None for nothing.
    """

    kind: str
    before: Replaced
    after: Records | None = None

    def changes(self) -> Iterator[Change]:
        """Return what differs, record by record; safe in another thread."""
        gone = dict(self.before.items())
        for key, record in self.after.items() if self.after is not None else ():
            before = gone.pop(key, None)
            if before is not record and before != record:
                yield Change(self.kind, key, before, record)
        for key, before in gone.items():
            yield Change(self.kind, key, before, None)


class Changes:
    """Changes in the order in which they were made.

    Attributes:
        wanted: Whether somebody takes them; while nobody does, none is kept.
        wake: Called when there is one to take where there was none.
    """

    __slots__ = ("_made", "wake", "wanted")

    def __init__(self) -> None:
        self.wanted = False
        self.wake: Callable[[], None] = lambda: None
        self._made: list[Change | Swap] = []

    def note(self, kind: str, key: str, before: Any, after: Any) -> None:
        """Write one down; the arguments are the fields of `Change`."""
        if self.wanted:
            self._add(Change(kind, key, before, after))

    def note_all(self, kind: str, before: Replaced) -> None:
        """Write down that all records of a kind were forgotten."""
        self.note_swap(Swap(kind, before))

    def note_swap(self, swap: Swap) -> None:
        """Write down that all records of a kind were replaced."""
        if self.wanted:
            self._add(swap)

    def _add(self, change: Change | Swap) -> None:
        if not self._made:
            self.wake()
        self._made.append(change)

    def take(self) -> list[Change | Swap]:
        """Return what was made since the last time."""
        made, self._made = self._made, []
        return made
