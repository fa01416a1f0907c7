"""The bounded journal of a run: typed records, kept by a rule that no source can turn against the others."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeVar

from sipdomain.entries import CallBegan, Entry, size_of
from sipdomain.families import Families
from sipdomain.retention import Retention

E = TypeVar("E", bound=Entry)
Listener = Callable[[Entry], None]


MOST_BYTES: Final = 64 * 1024 * 1024
"""How many bytes the entries of a journal may have."""


@dataclass(slots=True)
class Journal:
    """A bounded list of entries. Past a cap the oldest goes first, and is counted.

    With one exception: when there are entries of several sources, and one source has more than half of the bytes or of
    the entries, its oldest goes, so that a flood of one stranger does not take what happened to the others.

    Attributes:
        capacity: How many entries are kept.
        most_bytes: How many bytes they may have, as `size_of` counts them; the latest is kept however long it is.
        families: Which calls belong together.
        source: Whom the entry came from that listeners are being notified of; "" for nobody in particular.
    """

    capacity: int = 20_000
    most_bytes: int = MOST_BYTES
    source: str = ""
    families: Families = field(default_factory=Families)
    _kept: Retention[Entry] = field(default_factory=Retention)
    _listeners: list[Listener] = field(default_factory=list)

    def append(self, entry: Entry, source: str = "") -> None:
        """Keep an entry and notify every listener.

        Args:
            entry: What happened.
            source: Whom it came from, such as an IP address; "" for nobody in particular.
        """
        if isinstance(entry, CallBegan):
            self.families.take(entry)
        kept = self._kept
        kept.add(entry, size_of(entry), source, getattr(entry, "call_id", ""))
        while kept.count > self.capacity or (kept.size > self.most_bytes and kept.count > 1):
            kept.drop()
        self.source = source
        for listener in self._listeners:
            listener(entry)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each entry from now on; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def clear(self) -> Generator[None, None, None]:
        """Forget all entries; they count as dropped, so that no number of an entry comes twice in a run.

        Returns:
            What frees them, a few at a step: to do that at once takes milliseconds.
        """
        self.families.clear()
        return self._kept.clear()

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return self._kept.size

    @property
    def dropped(self) -> int:
        """How many entries were dropped."""
        return self._kept.dropped

    @property
    def last_number(self) -> int:
        """The number of the last entry; entries count from 1 for as long as the run lasts."""
        return self._kept.dropped + self._kept.count

    def numbered(self, after: int = 0, most: int | None = None) -> list[tuple[int, Entry]]:
        """Return the entries kept whose number is higher, with their numbers, oldest first.

        Args:
            after: The number of the last one that is known.
            most: How many, or None for all.
        """
        found = (
            (each.number, each.entry)
            for each in self._kept.entries
            if each.entry is not None and each.number > after
        )
        return list(islice(found, most))

    def select(self, kind: type[E]) -> list[E]:
        """Return the entries of one kind, oldest first."""
        return [each.entry for each in self._kept.entries if isinstance(each.entry, kind)]

    def of_call(self, call_id: str) -> list[Entry]:
        """Return the entries of one SIP Call-ID, oldest first."""
        return [each.entry for each in self._kept.calls.get(call_id, ()) if each.entry is not None]

    def of_family(self, call_id: str) -> list[Entry]:
        """Return the entries of a call's whole family, oldest first: of the call that began it, and of all its legs."""
        family = self.families.of(call_id)
        if len(family) == 1:
            return self.of_call(call_id)
        found = [each for leg in family for each in self._kept.calls.get(leg, ())]
        return [each.entry for each in sorted(found, key=lambda each: each.number) if each.entry is not None]

    def __iter__(self) -> Iterator[Entry]:
        return (each.entry for each in self._kept.entries if each.entry is not None)

    def __len__(self) -> int:
        return self._kept.count
