"""Which entries a bounded journal keeps: the oldest goes first, but of several sources none has more than half."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
_SLACK = 64
_FEW = 100


@dataclass(slots=True)
class Kept(Generic[T]):
    """An entry with what its turn depends on.

    Attributes:
        entry: What is kept; None from when it is dropped.
        number: Its place among all entries of the run, from 1.
        source: Whom it came from; "" for nobody in particular.
        call_id: The call that it is about, or "".
        size: How many bytes it counts.
    """

    entry: T | None
    number: int
    source: str
    call_id: str
    size: int


@dataclass(slots=True, eq=False)
class _Source(Generic[T]):
    """What is kept of one source, oldest first, and how many bytes that counts."""

    name: str
    kept: deque[Kept[T]] = field(default_factory=deque)
    size: int = 0

    @property
    def weight(self) -> int:
        return self.size * len(self.kept)


class Queue(Generic[T]):
    """Entries in order; one dropped from the middle leaves a gap, and gaps never outnumber entries by more than 64."""

    __slots__ = ("_cells", "_gaps")

    def __init__(self) -> None:
        self._cells: deque[Kept[T]] = deque()
        self._gaps = 0

    def append(self, kept: Kept[T]) -> None:
        """Put an entry at the end."""
        self._cells.append(kept)

    def give_away(self) -> deque[Kept[T]]:
        """Take all entries and gaps out."""
        cells, self._cells, self._gaps = self._cells, deque(), 0
        return cells

    def first(self) -> Kept[T]:
        """Return the oldest one; there has to be one."""
        return self._cells[0]

    def note_dropped(self) -> bool:
        """Take notice that the `entry` of one of these became None; return whether any other is left."""
        cells = self._cells
        self._gaps += 1
        while cells and cells[0].entry is None:
            cells.popleft()
            self._gaps -= 1
        if self._gaps and 2 * self._gaps > len(cells) + _SLACK:
            self._cells = deque(each for each in cells if each.entry is not None)
            self._gaps = 0
        return bool(cells)

    @property
    def cells(self) -> int:
        """How many entries and gaps take memory."""
        return len(self._cells)

    def __iter__(self) -> Iterator[Kept[T]]:
        # Those kept now, whatever is dropped meanwhile.
        return iter(tuple(self._cells))


@dataclass(slots=True)
class Retention(Generic[T]):
    """What is kept, in order, by call and by source.

    Attributes:
        count: How many entries are kept.
        size: How many bytes they count.
        dropped: How many were dropped.
        entries: All of them, oldest first.
        calls: The same by Call-ID.
    """

    count: int = 0
    size: int = 0
    dropped: int = 0
    entries: Queue[T] = field(default_factory=Queue)
    calls: dict[str, Queue[T]] = field(default_factory=dict)
    _sources: dict[str, _Source[T]] = field(default_factory=dict)
    _greatest: _Source[T] = field(default_factory=lambda: _Source(""))

    def add(self, entry: T, size: int, source: str, call_id: str) -> None:
        """Keep an entry; its fields are those of `Kept`."""
        self.count += 1
        self.size += size
        kept = Kept(entry, self.dropped + self.count, source, call_id, size)
        self.entries.append(kept)
        if source:
            self._note(kept)
        if call_id:
            same = self.calls.get(call_id)
            if same is None:
                same = self.calls[call_id] = Queue()
            same.append(kept)

    def _note(self, kept: Kept[T]) -> None:
        """Count an entry as its source's, and find out which source has most."""
        own = self._sources.get(kept.source)
        if own is None:
            own = self._sources[kept.source] = _Source(kept.source)
        own.kept.append(kept)
        own.size += kept.size
        if own is not self._greatest and own.weight > self._greatest.weight:
            self._greatest = own

    def drop(self) -> None:
        """Drop the oldest entry, or the oldest of a source that has more than half of the entries or bytes."""
        oldest, greatest = self.entries.first(), self._greatest
        if (
            len(self._sources) > 1
            and oldest.source != greatest.name
            and greatest.kept
            and (2 * len(greatest.kept) > self.count or 2 * greatest.size > self.size)
        ):
            oldest = greatest.kept[0]
        self.size -= oldest.size
        self.count -= 1
        self.dropped += 1
        oldest.entry = None
        self.entries.note_dropped()
        if oldest.call_id and not self.calls[oldest.call_id].note_dropped():
            del self.calls[oldest.call_id]
        source = oldest.source
        if source:
            # An entry of a source is always dropped as the oldest of its source.
            own = self._sources[source]
            own.kept.popleft()
            own.size -= oldest.size
            if not own.kept:
                del self._sources[source]

    def clear(self) -> Generator[None, None, None]:
        """Drop all entries at once; what is returned frees them, a few at a step, which takes milliseconds."""
        gone = _free(self.calls, [self.entries.give_away(), *(each.kept for each in self._sources.values())])
        self.dropped += self.count
        self.size = self.count = 0
        self.entries, self.calls, self._sources = Queue(), {}, {}
        self._greatest = _Source("")
        return gone


def _free(calls: dict[str, Queue[T]], cells: list[deque[Kept[T]]]) -> Generator[None, None, None]:
    while calls:
        for _ in range(min(_FEW, len(calls))):
            calls.popitem()
        yield
    for own in cells:
        while own:
            for _ in range(min(_FEW, len(own))):
                own.popleft()
            yield
