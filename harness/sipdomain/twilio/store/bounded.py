"""What is kept up to a number of entries and of bytes: past either, the oldest goes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """Values by key, in the order in which they came; the latest is kept however large it is.

    Attributes:
        size: How many bytes are kept.
    """

    __slots__ = ("_kept", "_most", "_most_bytes", "size")

    def __init__(self, most: int, most_bytes: int) -> None:
        """Keep nothing yet.

        Args:
            most: How many values may be kept.
            most_bytes: How many bytes they may have in all.
        """
        self._most = most
        self._most_bytes = most_bytes
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self.size = 0

    def put(self, key: K, value: V, size: int) -> None:
        """Keep a value of so many bytes as the latest, in place of what had its key."""
        self.pop(key)
        self._kept[key] = value, size
        self.size += size
        while len(self._kept) > self._most or (self.size > self._most_bytes and len(self._kept) > 1):
            _, (_, oldest) = self._kept.popitem(last=False)
            self.size -= oldest

    def get(self, key: K) -> V | None:
        """Return a value, or None."""
        found = self._kept.get(key)
        return found[0] if found is not None else None

    def pop(self, key: K) -> V | None:
        """Forget a value and return it, or None."""
        found = self._kept.pop(key, None)
        if found is None:
            return None
        self.size -= found[1]
        return found[0]

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
        self.size = 0

    def __iter__(self) -> Iterator[V]:
        """Iterate over the values, the oldest first."""
        return (value for value, _ in self._kept.values())

    def __len__(self) -> int:
        return len(self._kept)


def size_of_record(record: Any) -> int:
    """Return about how many bytes a dataclass takes: the texts in it, and 500 for itself."""
    size = 500
    for name in record.__dataclass_fields__:
        value = getattr(record, name)
        size += len(value) if type(value) is str else _extent(value)
    return size


def _extent(value: object) -> int:
    match value:
        case str() | bytes():
            return len(value)
        case dict():
            return sum(50 + _extent(key) + _extent(each) for key, each in value.items())
        case list() | tuple() | set() | frozenset():
            return sum(50 + _extent(each) for each in value)
        case _:
            return 0
