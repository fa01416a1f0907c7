"""Header fields: kept as they came, found by any spelling of their name (RFC 3261 section 7.3)."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator, Set as AbstractSet
from typing import Final, Self

from sipdomain.sip.grammar import split_list

COMPACT: Final = {
    "a": "accept-contact", "b": "referred-by", "c": "content-type", "d": "request-disposition",
    "e": "content-encoding", "f": "from", "i": "call-id", "j": "reject-contact", "k": "supported",
    "l": "content-length", "m": "contact", "o": "event", "r": "refer-to", "s": "subject", "t": "to",
    "u": "allow-events", "v": "via", "x": "session-expires", "y": "identity",
}  # fmt: skip
"""Compact forms, from the IANA registry of SIP header fields."""

USUAL: Final = (
    "Via", "Max-Forwards", "From", "To", "Contact", "Call-ID", "CSeq", "Allow", "Supported", "Require",
    "User-Agent", "Server", "Content-Type", "Content-Length", "Content-Disposition", "Expires", "Date",
    "Route", "Record-Route", "Authorization", "Proxy-Authorization", "WWW-Authenticate",
    "Proxy-Authenticate", "Session-Expires", "Min-SE", "Accept", "Reason", "Privacy", "Subject",
    "P-Asserted-Identity", "P-Preferred-Identity", "Remote-Party-ID", "Diversion", "History-Info",
    "Allow-Events", "Timestamp", "Warning", "Retry-After", "User-to-User",
)  # fmt: skip
"""Names so usual that one look into a table replaces their conversion; any other name does as well."""

_KEYS: Final = (
    {name: name.lower() for name in USUAL}
    | {name.lower(): name.lower() for name in USUAL}
    | COMPACT
    | {name.upper(): key for name, key in COMPACT.items()}
)


def key_of(name: str) -> str:
    """Return what a header field is looked up by: its long name in lower case."""
    key = _KEYS.get(name)
    return name.lower() if key is None else key


class Headers:
    """An ordered list of header fields with an index by name.

    Names are looked up in lower case, in their long form. A field that is added, replaced or
    rewritten after a message made a typed view of it is not seen by that view.

    Attributes:
        flaw: What was wrong with the lines as they came, so that something was left out or changed; "" for nothing.
    """

    __slots__ = ("_first", "_items", "_more", "flaw")

    def __init__(self, items: Iterable[tuple[str, str]] = ()) -> None:
        self.flaw = ""
        self._items = list(items)
        # Two plain mappings, not one of lists: hardly any name comes twice.
        self._first: dict[str, str] | None = None
        self._more: dict[str, list[str]] = {}

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> Self:
        """Take unfolded lines apart, as they come from the wire; a line without a colon is left out, and is a flaw."""
        headers = cls()
        add, note = headers._items.append, headers._note
        headers._first = first = {}
        for line in lines:
            name, colon, value = line.partition(":")
            value = value.strip(" \t")
            key = _KEYS.get(name)
            if key is None or not value:
                if not colon:
                    headers.flaw = headers.flaw or f"a header field without a colon: {line[:60]!r}"
                    continue
                name = name.rstrip(" \t")
                key = key_of(name)
            add((name, value))
            if key in first:
                note(key, value)
            else:
                first[key] = value
        return headers

    def _note(self, key: str, value: str) -> None:
        """Index a header field of a name that has been seen."""
        known = self._more.get(key)
        if known is not None:
            known.append(value)
        elif self._first is not None:
            self._more[key] = [self._first[key], value]

    def _index(self) -> dict[str, str]:
        first: dict[str, str] = {}
        self._first, self._more = first, {}
        for name, value in self._items:
            key = _KEYS.get(name) or name.lower()
            if key in first:
                self._note(key, value)
            else:
                first[key] = value
        return first

    def get(self, name: str) -> str | None:
        """Return the first header field of that name (long form, lower case), or None."""
        first = self._first
        return (self._index() if first is None else first).get(name)

    def all(self, name: str) -> list[str]:
        """Return every header field of that name, unsplit, in order."""
        value = self.get(name)
        if value is None:
            return []
        more = self._more
        return more[name].copy() if name in more else [value]

    @property
    def names(self) -> AbstractSet[str]:
        """The names that occur, in lower case and long form."""
        return (self._index() if self._first is None else self._first).keys()

    @property
    def repeated(self) -> AbstractSet[str]:
        """The names that stand on more than one line."""
        if self._first is None:
            self._index()
        return self._more.keys()

    def list(self, name: str) -> builtins.list[str]:
        """Return the elements of a comma-separated header field over all its lines."""
        return [part for value in self.all(name) for part in split_list(value) if part]

    def add(self, name: str, value: str) -> None:
        """Add a header field at the end."""
        self._items.append((name, value))
        self._first = None

    def replace(self, name: str, value: str) -> None:
        """Set a header field, where the first of that name stood; others of that name go."""
        key, place = key_of(name), None
        kept: builtins.list[tuple[str, str]] = []
        for item in self._items:
            if key_of(item[0]) != key:
                kept.append(item)
            elif place is None:
                place = len(kept)
                kept.append((name, value))
        if place is None:
            kept.append((name, value))
        self._items, self._first = kept, None

    def rewrite(self, name: str, value: str) -> None:
        """Change the value of the first header field of that name (long form, lower case), if any."""
        for place, (spelling, _) in enumerate(self._items):
            if key_of(spelling) == name:
                self._items[place] = (spelling, value)
                if self._first is not None:
                    self._first[name] = value
                if name in self._more:
                    self._more[name][0] = value
                return

    def __contains__(self, name: str) -> bool:
        first = self._first
        return name in (self._index() if first is None else first)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._items == other._items

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Headers({self._items!r})"
