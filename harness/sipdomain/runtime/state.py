"""What must outlive the process, in one SQLite file: accounts, SIP resources, finished calls, alerts, events.

One thread writes, in batches; a REST answer waits for the batch that holds its changes. The file is in WAL mode
with `synchronous=FULL`: neither the end of the process at any moment nor a loss of power takes what was answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from sipdomain.errors import SetupError, StateError
from sipdomain.runtime.files.state_file import check_types, damaged, opened, unreadable, why_no_record
from sipdomain.runtime.files.state_rows import commit, parsed, past
from sipdomain.runtime.files.state_undo import put_all_back, put_back
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.bounded import size_of_record
from sipdomain.twilio.store.call_records import CALL, CallStore
from sipdomain.twilio.store.changes import Change, Swap
from sipdomain.twilio.store.history import History, PastKind
from sipdomain.twilio.store.logs import ALERT, EVENT, Logs
from sipdomain.twilio.store.recordings import RECORDING
from sipdomain.twilio.store.registry import PAST_KINDS
from sipdomain.twilio.store.snapshot import fill

MOST_WAITING: Final = 50_000
"""How many changes may wait for the disk; past that, REST requests that change something get 503."""
MOST_WAITING_BYTES: Final = 256 * 1024 * 1024
"""How many bytes of finished calls, alerts and recordings may wait for the disk; more are reported, not kept."""
MOST_CALLS: Final = 100_000
"""How many finished calls are kept; past that the one that finished first goes."""
_BATCH: Final = 1_000


class State:
    """A state file, open until it is closed; no other process can open it meanwhile.

    Attributes:
        path: The file.
        is_new: Whether nothing was in it.
    """

    def __init__(self, path: Path) -> None:
        """Open a file, or make it.

        Raises:
            SetupError: It cannot be opened, is not a state file, is of another version, or is in use.
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
        kinds = {*(each.name for each in store.kinds), *(each.name for each in PAST_KINDS)}
        check_types(self.path, kinds, rows, audio)
        logs = logs or Logs()
        keep: dict[str, Callable[[Any], None]] = {
            CALL.name: calls.keep,
            ALERT.name: logs.alerts.keep,
            EVENT.name: logs.events.keep,
            RECORDING.name: lambda each: calls.recordings.restore(each, audio.get(each.sid)),
        }
        ended = {kind: rows.pop(kind.name, []) for kind in PAST_KINDS}
        try:
            if rows:
                fill(store, {kind: parsed(found) for kind, found in rows.items()})
            for kind, found in ended.items():
                for record in past(kind, found):
                    keep[kind.name](record)
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
        if logs is not None:
            self._logs = logs
        histories: tuple[tuple[PastKind[Any], History[Any]], ...] = (
            (CALL, calls), (ALERT, self._logs.alerts), (EVENT, self._logs.events),
        )  # fmt: skip
        for kind, history in histories:
            history.note = partial(changes.note, kind.name)
            history.replaced = partial(changes.note_all, kind.name)
        calls.recordings.note, calls.recordings.replaced = changes.note, changes.note_all
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
        error = commit(self._connection, found)
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
        """Write batches until asked to stop; after a failure none is written until all that wait are taken back."""
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
            made = (change for batch in batches for change in batch.changes)
            error = "an earlier change could not be kept" if self._broken else commit(self._connection, made)
            if error:
                self._broken = True
            if batches:
                with contextlib.suppress(RuntimeError):  # The loop is closed: nobody waits any more.
                    loop.call_soon_threadsafe(self._written, batches, error)

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
        asked = [change for batch in batches if batch.done is not None for change in batch.changes]
        put_all_back((each for each in reversed(asked) if isinstance(each, Swap)), self._calls, self._logs)
        put_back([each for each in asked if isinstance(each, Change)], self._calls, self._logs)
        changes.wanted = True

    async def close(self) -> None:
        """Write what waits, and close the file."""
        self._flush()
        if self._store is not None:
            self._store.changes.wanted = False
        if self._thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join, 10.0)
        self.close_now()

    def close_now(self) -> None:
        """Close a file that was not started on."""
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
