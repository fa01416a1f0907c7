"""What the control API can do to a running emulator, and what it shows of calls and time."""

from __future__ import annotations

import asyncio
import importlib
import time
from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Protocol

from sipdomain.entries import AudioMeasured, Entry
from sipdomain.errors import FileError, SetupError, StateError
from sipdomain.journal import Journal
from sipdomain.runtime.clock import Clock
from sipdomain.runtime.http.control_behaviours import change
from sipdomain.runtime.http.control_bins import ControlBins
from sipdomain.runtime.http.transcript_json import in_json
from sipdomain.runtime.pump import Step
from sipdomain.runtime.slices import in_slices
from sipdomain.steps import drained
from sipdomain.twilio.emulator import Emulator
from sipdomain.twilio.store import Account, Store
from sipdomain.twilio.store.call_records import CallRecord, CallStore
from sipdomain.twilio.store.changes import Replaced
from sipdomain.twilio.store.contents import Contents, Frozen
from sipdomain.twilio.store.logs import Logs

if TYPE_CHECKING:
    from sipdomain.runtime.files.config_file import ConfigurationFile

Picture = Callable[[Sequence[Entry], str], Iterator[str]]
"""Draws the ladder of a SIP Call-ID, in small pieces."""

_TRIES: Final = 3
"""How often a seed is begun anew, because something changed meanwhile, before it is done in one step."""
MOST_CALLS: Final = 1_000
"""How many calls are listed."""


class Carrier(Protocol):
    """What carries out what an emulator asks for."""

    def feed(self, step: Step) -> None:
        """Let the emulator do something, and carry out what comes of it."""


class Switches:
    """One emulator's.

    Attributes:
        bins: The main account's TwiML bins.
    """

    def __init__(
        self,
        emulator: Emulator,
        pump: Carrier,
        store: Store,
        calls: CallStore,
        *,
        journal: Journal,
        clock: Clock,
        keep: Callable[[], Awaitable[None]],
        logs: Logs,
        picture: Picture | None = None,
    ) -> None:
        """Stand beside an emulator that has what it starts with.

        Args:
            emulator: Whose.
            pump: Runs it.
            store: Its domains and lists.
            calls: Its calls.
            journal: What happened.
            clock: The run's.
            keep: Awaited when something changed, so that it is kept; raises StateError.
            logs: Its alerts and events.
            picture: Draws ladders, where they can be drawn.
        """
        self._emulator = emulator
        self._pump = pump
        self._store = store
        self._calls = calls
        self._journal = journal
        self._clock = clock
        self._keep = keep
        self._logs = logs
        self._picture = picture
        self.bins = ControlBins(store, keep)
        self._start: Mapping[str, Frozen[Any]] | None = None

    def remember_start(self) -> None:
        """Take what there is now for what `reset` goes back to."""
        self._start = self._store.frozen()

    def snapshot(self) -> Iterator[str]:
        """Return all that accounts have as JSON, in small pieces."""
        # Those who take none do not pay for the import.
        from sipdomain.twilio.store.snapshot import pieces

        return pieces(self._store)

    async def restore(self, body: bytes) -> None:
        """Replace all that accounts have; calls in progress go on.

        Raises:
            SetupError: It is not a snapshot; nothing changed.
            StateError: It could not be kept.
        """
        from sipdomain.twilio.store.snapshot import contents, read_in_steps, warm_up

        await asyncio.to_thread(warm_up)
        try:
            text = body.decode()
        except UnicodeDecodeError as error:
            raise SetupError(f"not JSON: {error}") from None
        # A large one takes seconds to read: calls go on meanwhile.
        records = await in_slices(read_in_steps(text, self._store))
        await self._swap(await in_slices(contents(self._store, records)))

    async def _swap(
        self, contents: Mapping[str, Contents[Any]], clear: Callable[[], Iterable[Replaced]] = tuple
    ) -> None:
        """Take other contents for all that accounts have, in one step, and let what goes for them go in slices.

        Args:
            contents: By kind.
            clear: Clears more in the same step, and returns what goes.
        """
        gone = [*clear(), *(each.before for each in self._store.swap(contents))]
        try:
            await self._keep()
        except StateError:
            # They were taken back.
            gone = list(contents.values())
            raise
        finally:
            await _free(gone)

    async def reset(self) -> None:
        """End all calls, forget registrations, finished calls, alerts, events and the journal, and go back to the start.

        Raises:
            StateError: It could not be kept; the calls have ended, and nothing else changed.
        """
        from sipdomain.twilio.store.snapshot import contents

        start = {} if self._start is None else await in_slices(contents(self._store, self._start))
        await in_slices(self._end_calls())
        await self._swap(start, lambda: (*self._calls.clear(), *self._logs.clear()))
        self._emulator.forget_registrations()
        self._emulator.far_end.forget()
        await in_slices(self._journal.clear())

    def _end_calls(self) -> Generator[None, None, None]:
        for end in self._emulator.endings():
            self._pump.feed(partial(end, self._clock.now()))
            yield

    async def seed(self, body: bytes) -> list[str]:
        """Add a configuration's lists and domains to the main account; return the domains' names.

        Raises:
            FileError: It is wrong; what stood before its fault was not added either.
            StateError: It could not be kept.
        """
        return await self._add(await _read(body), lambda _: None)

    def behaviours(self, method: str, name: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Show (GET), add (POST) or take away (DELETE) behaviours of the far end; the HTTP status, and what is shown.

        Raises:
            SetupError: The body describes none, or too many.
        """
        return change(self._emulator.far_end, method, name, body, self._clock.now())

    def numbers(self) -> dict[str, object]:
        """Return the numbering plan of the main account, as a configuration has it."""
        from sipdomain.twilio.configuration.export import describe

        plan = describe(self._store, self._main.sid).model_dump(
            include={"numbers", "clients"}, exclude_defaults=True, exclude_none=True
        )
        return {"numbers": plan.get("numbers", {}), "clients": plan.get("clients", {})}

    async def set_numbers(self, body: bytes) -> None:
        """Replace the numbering plan of the main account by that of a configuration.

        Raises:
            SetupError: It has more than `numbers` and `clients`; nothing changed.
            FileError: It is wrong; nothing changed.
            StateError: It could not be kept.
        """
        given = await _read(body)
        more = given.configuration.model_fields_set - {"numbers", "clients"}
        if more:
            raise SetupError(f"a numbering plan has `numbers` and `clients` only, not `{min(more)}`")
        await self._add(given, self._forget_numbers)

    def _forget_numbers(self, store: Store) -> None:
        for each in store.subscribers.of(self._main.sid):
            store.subscribers.take_out(each)

    async def forget_number(self, address: str) -> bool:
        """Take a number or a client out of the numbering plan; return whether it was there. Raises StateError."""
        found = self._store.subscribers.at(self._main.sid, address)
        if found is None:
            return False
        self._store.subscribers.take_out(found)
        await self._keep()
        return True

    @property
    def _main(self) -> Account:
        return next(iter(self._store.accounts))

    async def _add(self, given: ConfigurationFile, clear: Callable[[Store], None]) -> list[str]:
        """Add what a configuration has to what remains after `clear`; return the domains' names."""
        from sipdomain.twilio.store.snapshot import copied

        store, main = self._store, self._main
        for _ in range(_TRIES):
            version, made = store.version, await in_slices(copied(store))
            clear(made)
            try:
                domains = await in_slices(given.apply_in_steps(made, main.sid, now=time.time()))
            except FileError:
                await _free(made.contents.values())
                raise
            if store.version == version:
                break
            await _free(made.contents.values())
        else:
            # Somebody changes something all the time.
            made = drained(copied(store))
            clear(made)
            domains = given.apply(made, main.sid, now=time.time())
        await self._swap(made.contents)
        return [each.domain_name for each in domains]

    def clock(self) -> dict[str, object]:
        """Return the time."""
        return {"now": self._clock.now(), "unix": time.time(), "substrate": "live"}

    def calls(self) -> Iterator[dict[str, object]]:
        """Return the latest calls of all accounts, the latest first."""
        by_account = [self._calls.newest_first(each.sid) for each in self._store.accounts]
        return map(_row, islice(merge(*by_account, key=lambda each: -each.number), MOST_CALLS))

    def call(self, sid: str) -> tuple[dict[str, object], Iterator[str]] | None:
        """Return a call and the pieces of the ladder of its family, or None when it is not known."""
        found = self._calls.find(sid)
        if found is None:
            return None
        entries = self._journal.of_family(found.sip_call_id)
        drawn = self._picture(entries, found.sip_call_id) if self._picture is not None else iter(())
        figures = (each for each in entries if isinstance(each, AudioMeasured) and each.call_sid == sid)
        audio = next(figures, None)
        return {**_row(found), "audio": None if audio is None else _figures(audio)}, drawn

    def transcript(self, sid: str) -> Iterator[str] | None:
        """Return the transcript of a call with its legs as JSON, in small pieces, or None when it is not known."""
        found = self._calls.find(sid)
        if found is None:
            return None
        return in_json(self._journal.of_family(found.sip_call_id), found.sip_call_id, sid)


async def _read(body: bytes) -> ConfigurationFile:
    """Read a configuration; raises FileError."""
    # Its import takes long the first time.
    await asyncio.to_thread(importlib.import_module, "sipdomain.runtime.files.config_file")
    from sipdomain.runtime.files.config_file import ConfigurationFile

    # Not in slices, which the parser does not come in; it lets go of the interpreter again and again.
    return await asyncio.to_thread(ConfigurationFile.of, body.decode("utf-8", "replace"), "the body")


async def _free(gone: Iterable[Replaced]) -> None:
    """Free records, some in each turn of the loop."""
    for each in gone:
        await in_slices(each.free())


def _figures(audio: AudioMeasured) -> dict[str, object]:
    names = ("sent", "received", "lost", "jitter", "remote_lost", "remote_jitter", "round_trip", "reports")
    return {name: getattr(audio, name) for name in names}


def _row(call: CallRecord) -> dict[str, object]:
    return {
        "sid": call.sid,
        "account_sid": call.account_sid,
        "call_id": call.sip_call_id,
        "from": call.from_,
        "to": call.to,
        "direction": call.direction,
        "status": call.status,
        "created_at": call.created_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
    }
