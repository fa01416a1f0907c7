"""What changed in a store, for whoever keeps it on disk or has to undo it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from sipdomain.twilio.store.call_records import CallRecord
from sipdomain.twilio.store.logs import AlertRecord, EventRecord
from sipdomain.twilio.store.model import Record
from sipdomain.twilio.store.recordings import Audio, RecordingRecord

Kind = Literal[
    "account",
    "domain",
    "credential-list",
    "credential",
    "access-list",
    "address",
    "mapping",
    "call",
    "recording",
    "audio",
    "alert",
    "event",
    "key",
    "number",
    "caller-id",
    "queue",
    "ip-record",
    "source-ip-mapping",
    "connection-policy",
    "connection-target",
    "byoc-trunk",
    "application",
]
Kept = Record | CallRecord | RecordingRecord | Audio | AlertRecord | EventRecord


class Change(NamedTuple):
    """One record that was made, replaced or taken out.

    Attributes:
        kind: Of record.
        key: What it is known by among its kind: its SID, for a mapping DOMAIN/PURPOSE/LIST.
        before: How it was, or None when it was not there.
        after: How it is, or None when it is gone.
    """

    kind: Kind
    key: str
    before: Kept | None
    after: Kept | None


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
        self._made: list[Change] = []

    def note(self, kind: Kind, key: str, before: Kept | None, after: Kept | None) -> None:
        """Write one down."""
        if self.wanted:
            if not self._made:
                self.wake()
            self._made.append(Change(kind, key, before, after))

    def take(self) -> list[Change]:
        """Return what was made since the last time."""
        made, self._made = self._made, []
        return made
