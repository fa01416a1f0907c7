"""Which calls belong together: a call, and the legs that it dials, each by its SIP Call-ID."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sipdomain.entries import CallBegan, Entry

MOST_CALLS: Final = 5_000
"""How many calls are known at once; past that the one that began first is forgotten."""
MOST_CHARACTERS: Final = 4 * 1024 * 1024
"""How many characters their Call-IDs may have, which callers choose; the same."""


@dataclass(slots=True)
class _Call:
    number: int
    parent: str = ""
    children: list[str] = field(default_factory=list)


class Families:
    """Learns of each call that begins who dials it. A call that never began is a family of its own."""

    __slots__ = ("_call_ids", "_calls", "_characters", "_count")

    def __init__(self) -> None:
        self._calls: dict[str, _Call] = {}
        self._call_ids: dict[str, str] = {}
        self._characters = self._count = 0

    def take(self, entry: CallBegan) -> None:
        """Take note of a call that begins; one whose parent is not known has none."""
        self._call_ids[entry.call_sid] = entry.call_id
        self._characters += len(entry.call_id)
        parent = self._call_ids.get(entry.parent, "")
        # A leg that comes back to a domain of ours is another call with the same Call-ID. Most calls dial nobody: of
        # those nothing more is kept.
        if parent and parent != entry.call_id and entry.call_id not in self._calls:
            if parent not in self._calls:
                self._calls[parent] = self._numbered("")
            self._calls[entry.call_id] = self._numbered(parent)
            self._calls[parent].children.append(entry.call_id)
        while len(self._call_ids) > MOST_CALLS or self._characters > MOST_CHARACTERS:
            oldest = self._call_ids.pop(next(iter(self._call_ids)))
            self._characters -= len(oldest)
            self._calls.pop(oldest, None)

    def _numbered(self, parent: str) -> _Call:
        self._count += 1
        return _Call(self._count, parent)

    def root(self, call_id: str) -> str:
        """Return the Call-ID of the call that began a call's family: its own when nobody dialled it."""
        found = self._calls.get(call_id)
        while found is not None and found.parent in self._calls:
            call_id = found.parent
            found = self._calls[call_id]
        return call_id

    def legs(self, call_id: str) -> tuple[str, ...]:
        """Return the Call-IDs of a call and of all legs that it led to, in the order of their beginning: the call first."""
        found, waiting = [call_id], [call_id]
        while waiting:
            call = self._calls.get(waiting.pop())
            children = [each for each in call.children if each in self._calls] if call is not None else []
            found += children
            waiting += children
        return tuple(sorted(found, key=self._number))

    def of(self, call_id: str) -> tuple[str, ...]:
        """Return the Call-IDs of the whole family of a call, in the order of their beginning."""
        return self.legs(self.root(call_id))

    def clear(self) -> None:
        """Forget all calls."""
        self._calls.clear()
        self._call_ids.clear()
        self._characters = 0

    def _number(self, call_id: str) -> int:
        call = self._calls.get(call_id)
        return call.number if call is not None else 0


def families_in(entries: Iterable[Entry]) -> Families:
    """Return which of the calls of a journal belong together."""
    found = Families()
    for entry in entries:
        if isinstance(entry, CallBegan):
            found.take(entry)
    return found
