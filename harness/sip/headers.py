"""Header fields: kept as they came, found by any spelling of their name (RFC 3261 section 7.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from harness.sip.grammar import split_list

COMPACT: Final = {
    "a": "accept-contact", "b": "referred-by", "c": "content-type", "d": "request-disposition",
    "e": "content-encoding", "f": "from", "i": "call-id", "j": "reject-contact", "k": "supported",
    "l": "content-length", "m": "contact", "o": "event", "r": "refer-to", "s": "subject", "t": "to",
    "u": "allow-events", "v": "via", "x": "session-expires", "y": "identity",
}  # fmt: skip
"""Compact forms, from the IANA registry of SIP header fields."""


class Headers:
    """An ordered list of header fields with an index by name.

    Names are looked up in lower case, in their long form.
    """

    __slots__ = ("_index", "_items")

    def __init__(self, items: Iterable[tuple[str, str]] = ()) -> None:
        self._items = list(items)
        self._index: dict[str, list[str]] | None = None

    def _indexed(self) -> dict[str, list[str]]:
        index = self._index
        if index is None:
            index = {}
            for name, value in self._items:
                key = name.lower()
                if len(key) == 1:
                    key = COMPACT.get(key, key)
                known = index.get(key)
                if known is None:
                    index[key] = [value]
                else:
                    known.append(value)
            self._index = index
        return index

    def get(self, name: str) -> str | None:
        """Return the first header field of that name (long form, lower case), or None."""
        values = self._indexed().get(name)
        return values[0] if values else None

    def all(self, name: str) -> list[str]:
        """Return every header field of that name, unsplit, in order."""
        return self._indexed().get(name, [])

    def list(self, name: str) -> list[str]:
        """Return the elements of a comma-separated header field over all its lines."""
        return [part for value in self.all(name) for part in split_list(value) if part]

    def add(self, name: str, value: str) -> None:
        """Add a header field at the end."""
        self._items.append((name, value))
        self._index = None

    def prepend(self, name: str, value: str) -> None:
        """Add a header field at the top."""
        self._items.insert(0, (name, value))
        self._index = None

    def replace(self, name: str, value: str) -> None:
        """Set a header field, where the first of that name stood; others of that name go."""
        key, place = name.lower(), None
        kept: list[tuple[str, str]] = []
        for item in self._items:
            lower = item[0].lower()
            if COMPACT.get(lower, lower) != key:
                kept.append(item)
            elif place is None:
                place = len(kept)
                kept.append((name, value))
        if place is None:
            kept.append((name, value))
        self._items, self._index = kept, None

    def __contains__(self, name: str) -> bool:
        return name in self._indexed()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._items == other._items

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Headers({self._items!r})"
