"""A new kind of record is a class, a kind and a line in the registry: all else follows."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sipdomain.errors import RestError, SetupError
from sipdomain.journal import Journal
from sipdomain.runtime.clock import LiveClock
from sipdomain.runtime.http.switches import Switches
from sipdomain.runtime.state import State
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallStore
from sipdomain.twilio.store.kind import Kind, kept
from sipdomain.twilio.store.logs import Logs
from sipdomain.twilio.store.model import Record
from sipdomain.twilio.store.registry import KINDS
from sipdomain.twilio.store.snapshot import dump, load
from tests.unit.twilio.bench import Bench

ACCOUNT = "AC00000000000000000000000000000001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting(Record):
    words: str
    domain_sid: str | None = None


GREETING = Kind(
    name="greeting",
    model=Greeting,
    prefix="GR",
    most=2,
    full=kept("greetings"),
    once=lambda each: (each.words, each.account_sid),
    refers=lambda each: (("domain", each.domain_sid),),
)


def stocked() -> Store:
    store = Store(Ids(random.Random(1)), kinds=(*KINDS, GREETING))
    store.accounts.create(now=1.0, sid=ACCOUNT)
    store.table(GREETING).make(ACCOUNT, now=2.0, words="hello")
    return store


def words(store: Store) -> list[str]:
    return [each.words for each in store.table(GREETING).of(ACCOUNT)]


def test_it_is_stored_by_its_cap_and_its_name() -> None:
    store = stocked()
    table = store.table(GREETING)
    hello = table.known_by("hello", ACCOUNT)
    assert hello is not None
    assert (hello.sid[:2], len(hello.sid), hello.number) == ("GR", 34, 1)
    assert table.change(hello, now=3.0, words="good day") is table.fetch(ACCOUNT, hello.sid)
    assert table.known_by("hello", ACCOUNT) is None
    table.make(ACCOUNT, now=4.0, words="hello")
    with pytest.raises(RestError, match="sipdomain keeps at most 2 greetings of an account"):
        table.make(ACCOUNT, now=5.0, words="welcome")
    table.delete(ACCOUNT, hello.sid)
    assert words(store) == ["hello"]


def test_it_is_in_a_snapshot_and_read_back_with_what_it_refers_to() -> None:
    value = json.loads(json.dumps(dump(stocked())))
    other = Store(Ids(random.Random(2)), kinds=(*KINDS, GREETING))
    load(other, value)
    assert words(other) == ["hello"]
    value["records"]["greeting"][0]["domain_sid"] = "SD9"
    with pytest.raises(SetupError, match=r"greeting GR.* refers to the domain SD9, which is not there"):
        load(other, value)
    value["records"]["greeting"][0]["domain_sid"] = None
    value["records"]["greeting"].append({**value["records"]["greeting"][0], "sid": "GR1"})
    with pytest.raises(SetupError, match=r"greeting hello of AC0+1 is there twice"):
        load(other, value)


def test_it_is_kept_in_a_state_file(tmp_path: Path) -> None:
    async def fill() -> None:
        store, state = stocked(), State(tmp_path / "state.db")
        state.start(store, CallStore(), lambda _: None)
        store.table(GREETING).make(ACCOUNT, now=2.0, words="welcome")
        await state.keep(store.changes.take())
        await state.close()

    asyncio.run(fill())
    state, store = State(tmp_path / "state.db"), Store(Ids(random.Random(2)), kinds=(*KINDS, GREETING))
    state.load(store, CallStore())
    state.close_now()
    assert words(store) == ["hello", "welcome"]


class Carrier:
    """Carries nothing out."""

    def feed(self, work: Callable[[], object]) -> None:
        work()


@pytest.mark.parametrize("in_a_file", [False, True])
def test_a_reset_takes_it_back_to_the_start(tmp_path: Path, in_a_file: bool) -> None:
    async def run() -> list[str]:
        store, calls = stocked(), CallStore()
        state = State(tmp_path / "state.db")

        async def keep() -> None:
            await state.keep(store.changes.take())

        switches = Switches(
            Bench().emulator,
            Carrier(),
            store,
            calls,
            journal=Journal(),
            clock=LiveClock(asyncio.get_running_loop()),
            keep=keep,
            logs=Logs(),
        )
        if in_a_file:
            state.start(store, calls, lambda _: None)
        switches.remember_start()
        table = store.table(GREETING)
        table.delete(ACCOUNT, table.of(ACCOUNT)[0].sid)
        table.make(ACCOUNT, now=2.0, words="welcome")
        await switches.reset()
        found = words(store)
        await state.close()
        return found

    assert asyncio.run(run()) == ["hello"]
    if in_a_file:
        state, store = State(tmp_path / "state.db"), Store(Ids(random.Random(2)), kinds=(*KINDS, GREETING))
        state.load(store, CallStore())
        state.close_now()
        assert words(store) == ["hello"]
