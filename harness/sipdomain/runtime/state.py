"""What must outlive the process, in one SQLite file: accounts, SIP resources, finished calls, alerts, events.

One thread writes, in batches; a REST answer waits for the batch that holds its changes. The file is in WAL mode
with `synchronous=FULL`: neither the end of the process at any moment nor a loss of power takes what was answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import queue
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from sipdomain.errors import SetupError, StateError
from sipdomain.runtime.files.state_file import (
    check_types,
    damaged,
    in_words,
    opened,
    unreadable,
    why_no_record,
)
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.bounded import size_of_record
from sipdomain.twilio.store.call_records import FINAL, CallRecord, CallStore
from sipdomain.twilio.store.changes import Change, Swap
from sipdomain.twilio.store.logs import AlertRecord, EventRecord, Logs
from sipdomain.twilio.store.recordings import FINISHED, Audio, RecordingRecord
from sipdomain.twilio.store.snapshot import fill

MOST_WAITING: Final = 50_000
"""How many changes may wait for the disk; past that, REST requests that change something get 503."""
MOST_WAITING_BYTES: Final = 256 * 1024 * 1024
"""How many bytes of finished calls, alerts and recordings may wait for the disk; further ones are not kept, and told."""
MOST_CALLS: Final = 100_000
"""How many finished calls are kept; past that the one that finished first goes."""
_BATCH: Final = 1_000

_PUT: Final = "INSERT OR REPLACE INTO records VALUES (?, ?, ?)"
_DROP: Final = "DELETE FROM records WHERE kind = ? AND key = ?"
_PUT_AUDIO: Final = "INSERT OR REPLACE INTO audio VALUES (?, ?)"
_DROP_AUDIO: Final = "DELETE FROM audio WHERE sid = ?"


class State:
    """A state file, open until it is closed; no other process can open it meanwhile.

    Attributes:
        path: The file.
        is_new: Whether nothing was in it.
    """

    def __init__(self, path: Path) -> None:
        """Open a file, or make it.

        Raises:
            SetupError: It cannot be opened, is no state file, of another version, or in use.
        """
        self.path = path
        self._connection, self.is_new = opened(path)
        self._queue: queue.SimpleQueue[_Batch | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._store: Store | None = None
        self._calls = CallStore()
        self._logs = Logs()
        self._waiting = self._waiting_bytes = 0
        self._failed: list[_Batch] = []
        self._broken = False
        self._complain: Callable[[str], None] = lambda _: None

    def load(self, store: Store, calls: CallStore, logs: Logs | None = None) -> None:
        """Fill a store, the finished calls and the logs with what was kept.

        Raises:
            SetupError: The file is damaged, or of domains under another suffix.
        """
        calls.capacity = MOST_CALLS
        rows: defaultdict[str, list[str]] = defaultdict(list)
        try:
            kept = self._connection.execute("SELECT value FROM facts WHERE name = 'suffix'").fetchone()
            for kind, value in self._connection.execute("SELECT kind, value FROM records"):
                rows[kind].append(value)
            audio: dict[str, bytes] = dict(self._connection.execute("SELECT sid, data FROM audio"))
            if kept is None:
                self._connection.execute("INSERT INTO facts VALUES ('suffix', ?)", (store.suffix,))
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise SetupError(unreadable(self.path, error)) from None
        if kept is not None and kept[0] != store.suffix:
            raise SetupError(f"{self.path} is of domains under {kept[0]}, not {store.suffix}")
        kinds = {*(each.name for each in store.kinds), "call", "alert", "event", "recording"}
        check_types(self.path, kinds, rows, audio)
        finished, alerts, events, recordings = (
            rows.pop(kind, []) for kind in ("call", "alert", "event", "recording")
        )
        try:
            if rows:
                fill(store, {kind: _parsed(found) for kind, found in rows.items()})
            for call in sorted(map(_over, _CALLS.validate_python(_parsed(finished))), key=_end):
                calls.restore(call)
            if logs is not None:
                for alert in sorted(_ALERTS.validate_python(_parsed(alerts)), key=_number):
                    logs.alerts.add(alert)
                for event in sorted(_EVENTS.validate_python(_parsed(events)), key=_number):
                    logs.events.add(event)
            for recording in sorted(
                _RECORDINGS.validate_python(_parsed(recordings)), key=lambda each: each.number
            ):
                calls.recordings.restore(_cut_off(recording), audio.get(recording.sid))
        except (SetupError, ValueError, ValidationError, RecursionError) as error:
            raise SetupError(damaged(self.path, why_no_record(error))) from None

    def start(
        self, store: Store, calls: CallStore, complain: Callable[[str], None], logs: Logs | None = None
    ) -> None:
        """Keep every change from now on; called within the event loop.

        Args:
            store: What is kept. What it holds now is kept too, if the file is new.
            calls: What is kept besides.
            complain: Told when something could not be kept.
            logs: What is kept besides.

        Raises:
            SetupError: The file is new and cannot be written.
        """
        loop = asyncio.get_running_loop()
        self._store, self._calls, self._complain = store, calls, complain
        changes = store.changes
        calls.note = lambda sid, before, after: changes.note("call", sid, before, after)
        if logs is not None:
            self._logs = logs
            logs.alerts.note = lambda sid, before, after: changes.note("alert", sid, before, after)
            logs.events.note = lambda sid, before, after: changes.note("event", sid, before, after)
        calls.recordings.note = changes.note
        changes.wanted = True

        def wake() -> None:
            loop.call_soon(self._flush)

        changes.wake = wake
        if self.is_new:
            self.fill(store)
        self._thread = threading.Thread(target=self._write, args=(loop,), name="state", daemon=True)
        self._thread.start()

    def fill(self, store: Store) -> None:
        """Write all that a store holds into a new file.

        Raises:
            SetupError: It cannot be written.
        """
        found = [
            Change(kind, key, None, record)
            for kind, records in store.frozen().items()
            for key, record in records.items()
        ]
        error = self._commit([_Batch(found, None)])
        if error:
            raise SetupError(f"cannot write {self.path}: {error}")

    async def keep(self, changes: Sequence[Change | Swap]) -> None:
        """Wait until changes are on disk.

        Raises:
            StateError: They cannot be written, and were taken back.
        """
        if not changes:
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        batch = _Batch(changes, done)
        if self._broken or self._waiting > MOST_WAITING:
            self._undo([batch])
            raise StateError(f"{self.path.name} takes no changes now")
        self._hand_over(batch)
        await done

    def _flush(self) -> None:
        """Hand over what nobody waits for: finished calls and alerts."""
        if self._store is None:
            return
        changes = self._store.changes.take()
        size = sum(
            size_of_record(each.after)
            for each in changes
            if isinstance(each, Change) and each.after is not None
        )
        too_many = self._waiting > MOST_WAITING
        if changes and (
            too_many or (self._waiting_bytes + size > MOST_WAITING_BYTES and self._waiting_bytes)
        ):
            self._complain(f"{len(changes)} finished calls and alerts are not kept: the disk is too slow")
        elif changes:
            self._hand_over(_Batch(changes, None, size))

    def _hand_over(self, batch: _Batch) -> None:
        self._waiting += len(batch.changes)
        self._waiting_bytes += batch.size
        self._queue.put(batch)

    def _write(self, loop: asyncio.AbstractEventLoop) -> None:
        """Write batches until told to stop; after a failure none is written until all that wait are taken back."""
        ends = False
        while not ends:
            batches: list[_Batch] = []
            size = 0
            while size < _BATCH and not ends:
                try:
                    batch = self._queue.get(block=not batches)
                except queue.Empty:
                    break
                ends = batch is None
                if batch is not None:
                    batches.append(batch)
                    size += len(batch.changes)
            error = "an earlier change could not be kept" if self._broken else self._commit(batches)
            if error:
                self._broken = True
            if batches:
                with contextlib.suppress(RuntimeError):  # The loop is closed: nobody waits any more.
                    loop.call_soon_threadsafe(self._written, batches, error)

    def _commit(self, batches: list[_Batch]) -> str:
        """Write batches in one transaction; return why that failed, or ""."""
        put: list[tuple[str, str, str]] = []
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            for change in _one_by_one(batches):
                if isinstance(change.after, Audio):
                    connection.execute(_PUT_AUDIO, (change.key, change.after.data))
                    continue
                if change.kind == "audio":
                    connection.execute(_DROP_AUDIO, (change.key,))
                    continue
                if change.after is not None:
                    put.append((change.kind, change.key, json.dumps(asdict(change.after))))
                    continue
                connection.executemany(_PUT, put)
                put.clear()
                connection.execute(_DROP, (change.kind, change.key))
            connection.executemany(_PUT, put)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            return in_words(error)
        return ""

    def _written(self, batches: list[_Batch], error: str) -> None:
        """Tell who waits; when all that failed have come back, take them back and try again from there."""
        self._waiting -= sum(len(batch.changes) for batch in batches)
        self._waiting_bytes -= sum(batch.size for batch in batches)
        if not error:
            for batch in batches:
                if batch.done is not None and not batch.done.done():
                    batch.done.set_result(None)
            return
        if not self._failed:
            self._complain(f"cannot write {self.path}: {error}")
        self._failed += batches
        if self._waiting == 0:
            failed, self._failed = self._failed, []
            self._undo(failed)
            self._broken = False
            for batch in failed:
                if batch.done is not None and not batch.done.done():
                    batch.done.set_exception(StateError(f"{self.path.name} cannot be written: {error}"))

    def _undo(self, batches: list[_Batch]) -> None:
        """Make the store what it was, and what requests deleted besides; what happened meanwhile stays as it is."""
        if self._store is None:
            return
        changes = self._store.changes
        changes.wanted = False
        self._store.undo([change for batch in batches for change in batch.changes])
        asked = [
            change
            for batch in batches
            if batch.done is not None
            for change in batch.changes
            if isinstance(change, Change)
        ]
        for change in asked:
            if change.kind == "event" and change.after is not None:
                # What was taken back never happened.
                self._logs.events.delete(change.key)
        # Of several changes of one record the first one counts: it comes last.
        deleted = {(each.kind, each.key): each.before for each in reversed(asked) if _is_deletion(each)}
        kept = [(key, before) for (_, key), before in deleted.items()]
        self._calls.put_back(each for _, each in kept if isinstance(each, CallRecord))
        self._calls.recordings.put_back(
            (key, each) for key, each in kept if isinstance(each, RecordingRecord | Audio)
        )
        self._logs.alerts.put_back(each for _, each in kept if isinstance(each, AlertRecord))
        self._logs.events.put_back(each for _, each in kept if isinstance(each, EventRecord))
        changes.wanted = True

    async def close(self) -> None:
        """Write what waits, and let go of the file."""
        self._flush()
        if self._store is not None:
            self._store.changes.wanted = False
        if self._thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join, 10.0)
        self.close_now()

    def close_now(self) -> None:
        """Let go of a file that was not started on."""
        self._connection.close()


class _Batch:
    """Changes that were made together, and who waits for them."""

    __slots__ = ("changes", "done", "size")

    def __init__(
        self, changes: Sequence[Change | Swap], done: asyncio.Future[None] | None, size: int = 0
    ) -> None:
        self.changes = changes
        self.done = done
        self.size = size


def _one_by_one(batches: list[_Batch]) -> Iterator[Change]:
    """Return the changes of batches, those of swaps record by record."""
    for change in (each for batch in batches for each in batch.changes):
        if isinstance(change, Swap):
            yield from change.changes()
        else:
            yield change


_CALLS: Final = TypeAdapter(list[CallRecord])
_ALERTS: Final = TypeAdapter(list[AlertRecord])
_EVENTS: Final = TypeAdapter(list[EventRecord])
_RECORDINGS: Final = TypeAdapter(list[RecordingRecord])


def _parsed(values: list[str]) -> Any:
    return json.loads(f"[{','.join(values)}]")


def _is_deletion(change: Change) -> bool:
    after = change.after
    return change.before is not None and (
        after is None or (isinstance(after, RecordingRecord) and after.status == "deleted")
    )


def _over(call: CallRecord) -> CallRecord:
    """Return a call as it is after the end of the process: none goes on."""
    if call.status not in FINAL:
        call.status, call.ended_at = "failed", call.updated_at or call.created_at
    return call


def _cut_off(recording: RecordingRecord) -> RecordingRecord:
    """Return a recording as it is after the end of the process: what was not finished has no audio."""
    if recording.status not in FINISHED:
        recording.status = "absent"
    return recording


def _end(call: CallRecord) -> tuple[float, int]:
    return (call.ended_at or 0.0, call.number)


def _number(record: AlertRecord | EventRecord) -> int:
    return record.number
