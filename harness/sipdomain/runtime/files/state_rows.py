"""The rows of a state file: what was kept, as text, and changes on their way into it."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, Final

from pydantic import TypeAdapter

from sipdomain.runtime.files.state_file import in_words
from sipdomain.twilio.store.audio import Audio
from sipdomain.twilio.store.changes import Change, Swap
from sipdomain.twilio.store.history import PastKind
from sipdomain.twilio.store.past import R

_PUT: Final = "INSERT OR REPLACE INTO records VALUES (?, ?, ?)"
_DROP: Final = "DELETE FROM records WHERE kind = ? AND key = ?"
_DROP_ALL: Final = "DELETE FROM records WHERE kind = ?"
_PUT_AUDIO: Final = "INSERT OR REPLACE INTO audio VALUES (?, ?)"
_DROP_AUDIO: Final = "DELETE FROM audio WHERE sid = ?"
_DROP_ALL_AUDIO: Final = "DELETE FROM audio"


def commit(connection: sqlite3.Connection, changes: Iterable[Change | Swap]) -> str:
    """Write changes in one transaction; return why that failed, or ""."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        for statement, values in _statements(changes):
            connection.execute(statement, values)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        return in_words(error)
    return ""


def _statements(changes: Iterable[Change | Swap]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for change in changes:
        if isinstance(change, Change):
            yield _statement(change)
        elif change.after is not None:
            yield from map(_statement, change.changes())
        else:
            yield (_DROP_ALL_AUDIO, ()) if change.kind == "audio" else (_DROP_ALL, (change.kind,))


def _statement(change: Change) -> tuple[str, tuple[Any, ...]]:
    kind, key, _, after = change
    if isinstance(after, Audio):
        return _PUT_AUDIO, (key, after.data)
    if kind == "audio":
        return _DROP_AUDIO, (key,)
    if after is None:
        return _DROP, (kind, key)
    return _PUT, (kind, key, json.dumps(asdict(after)))


def parsed(rows: list[str]) -> Any:
    """Return rows as plain values; raises ValueError and RecursionError as JSON does."""
    return json.loads(f"[{','.join(rows)}]")


def past(kind: PastKind[R], rows: list[str]) -> list[R]:
    """Return the records of a kind in the order in which they were finished; raises as `parsed`, and ValidationError."""
    records: list[R] = TypeAdapter(list[kind.model]).validate_python(parsed(rows))  # type: ignore[name-defined]
    return sorted(map(kind.at_end, records), key=kind.order)
