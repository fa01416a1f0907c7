"""What changes an emulator goes on in slices, and nothing that others change meanwhile is lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from sipdomain.errors import FileError, SetupError, StateError
from sipdomain.journal import Journal
from sipdomain.runtime.clock import LiveClock
from sipdomain.runtime.http.control import Control
from sipdomain.runtime.http.switches import Switches
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallRecord
from sipdomain.twilio.store.changes import Change, Swap
from sipdomain.twilio.store.logs import Logs
from sipdomain.twilio.store.snapshot import dump
from tests.benchmarks.holds import longest
from tests.unit.twilio.bench import ACCOUNT, EPOCH, Bench, flow
from tests.unit.twilio.caller import Caller

USERS = "".join(f"  u{number}: 'ha1:{number:032x}'\n" for number in range(900))
LIST = f"credential_lists:\n staff:\n{USERS}".encode()
SEED = LIST + b"domains: {desk: {calls: [staff]}}\n"


class Carrier:
    """Carries nothing out."""

    def feed(self, work: Callable[[], object]) -> None:
        work()


class Disk:
    """Keeps what a store changed, or is full: then it takes it back."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.is_full = False
        self.kept: list[Change | Swap] = []
        store.changes.wanted = True

    async def keep(self) -> None:
        made = self.store.changes.take()
        await asyncio.sleep(0)
        if self.is_full:
            self.store.changes.wanted = False
            self.store.undo(made)
            self.store.changes.wanted = True
            raise StateError("the disk is full")
        self.kept += made


def switches(bench: Bench, disk: Disk) -> Switches:
    return Switches(
        bench.emulator, Carrier(), bench.store, bench.calls,
        journal=Journal(), clock=LiveClock(asyncio.get_running_loop()), keep=disk.keep, logs=Logs(),
    )  # fmt: skip


@pytest.mark.parametrize("most", [1, 1_000])
def test_what_others_change_while_a_seed_is_read_stays(most: int) -> None:
    bench = Bench()

    async def run() -> int:
        seeding = asyncio.ensure_future(switches(bench, Disk(bench.store)).seed(SEED))
        made = 0
        while not seeding.done():
            if made < most:
                bench.store.queues.create(ACCOUNT, f"queue {made}", now=EPOCH)
                made += 1
            await asyncio.sleep(0.0005)
        assert await seeding == ["desk.sip.twilio.com"]
        return made

    made = asyncio.run(run())
    assert [each.friendly_name for each in bench.store.queues.of(ACCOUNT)] == [
        f"queue {number}" for number in range(made)
    ]
    desk = bench.store.domain_named("desk.sip.twilio.com")
    assert desk is not None
    assert bench.store.call_access(desk).ha1("u899") == f"{899:032x}"


def test_a_wrong_seed_changes_nothing() -> None:
    bench = Bench()
    bench.domain()
    before = dump(bench.store)

    async def run() -> list[Change | Swap]:
        disk = Disk(bench.store)
        with pytest.raises(FileError, match="there is no list `offise`"):
            await switches(bench, disk).seed(SEED.replace(b"[staff]", b"[staff, offise]"))
        return [*disk.kept, *bench.store.changes.take()]

    assert asyncio.run(run()) == []
    assert dump(bench.store) == before


def test_what_cannot_be_kept_is_as_it_was_and_can_be_done_again() -> None:
    bench = Bench()
    bench.domain()
    before = dump(bench.store)

    async def run() -> None:
        disk = Disk(bench.store)
        switch = switches(bench, disk)
        switch.remember_start()
        disk.is_full = True
        with pytest.raises(StateError):
            await switch.seed(LIST)
        assert dump(bench.store) == before
        disk.is_full = False
        assert await switch.seed(LIST) == []
        disk.is_full = True
        seeded = dump(bench.store)
        with pytest.raises(StateError):
            await switch.reset()
        assert dump(bench.store) == seeded
        disk.is_full = False
        await switch.reset()
        assert dump(bench.store) == before

    asyncio.run(run())


def test_no_step_of_a_reset_takes_long_however_many_calls_it_ends() -> None:
    async def run() -> float:
        bench = Bench()
        bench.domain(voice_status_callback_url="http://app.test/status")
        bench.pages["/voice"] = None
        for number in range(500):
            Caller(bench, flow(), call_id=f"call-{number}").dial()
        switch = switches(bench, Disk(bench.store))
        switch.remember_start()
        assert bench.emulator.open_calls == 500
        most, _ = await longest(switch.reset())
        assert bench.emulator.open_calls == 0
        return most

    assert min(asyncio.run(run()) for _ in range(3)) < 0.010


def test_no_step_of_a_reset_takes_long_however_much_is_kept() -> None:
    async def run() -> float:
        bench = Bench()
        users = bench.store.credential_lists.create(ACCOUNT, "staff", now=EPOCH)
        for number in range(1_000):
            bench.store.credential_lists.add(ACCOUNT, users.sid, f"u{number}", ha1="0" * 32, now=EPOCH)
        bench.calls.capacity = 20_000
        for number in range(1, 20_001):
            bench.calls.keep(
                CallRecord(
                    sid=f"CA{number}", account_sid=ACCOUNT, domain_sid="", to="sip:a", from_="sip:b", sip_call_id="",
                    created_at=EPOCH, number=number, status="completed",
                )
            )  # fmt: skip
        switch = switches(bench, Disk(bench.store))
        switch.remember_start()
        most, _ = await longest(switch.reset())
        assert len(bench.calls) == 0
        assert len(bench.store.credential_lists.users(users.sid)) == 1_000
        return most

    assert min(asyncio.run(run()) for _ in range(3)) < 0.010


def test_bins_are_made_shown_changed_and_deleted_and_kept() -> None:
    bench = Bench()
    disk = Disk(bench.store)

    async def run() -> None:
        control = Control(Journal(), dict, switches=switches(bench, disk))

        async def ask(method: str, name: str, value: object = None) -> tuple[int, Any]:
            answer = await control.answer(method, name, (), json.dumps(value).encode())
            return answer.status, json.loads(answer.body)

        status, made = await ask("POST", "bins", {"friendly_name": "hi", "twiml": "<Response/>"})
        sid = made["sid"]
        assert (status, made["friendly_name"], made["twiml"]) == (201, "hi", "<Response/>")
        assert made["url"] == f"https://handler.twilio.com/twiml/{sid}"
        assert await ask("GET", "bins") == (200, {"bins": [made]})
        assert await ask("GET", f"bins/{sid}") == (200, made)
        status, changed = await ask("PUT", f"bins/{sid}", {"twiml": "<Response>{{From}}</Response>"})
        assert (status, changed["twiml"], changed["friendly_name"]) == (
            200,
            "<Response>{{From}}</Response>",
            "hi",
        )
        disk.is_full = True
        assert await ask("DELETE", f"bins/{sid}") == (503, {"message": "the disk is full"})
        assert [each.sid for each in bench.store.bins.of(ACCOUNT)] == [sid]
        disk.is_full = False
        assert await ask("DELETE", f"bins/{sid}") == (200, {"message": "deleted"})
        assert await ask("GET", f"bins/{sid}") == (
            404,
            {"code": 20404, "message": f"There is no {sid} under {ACCOUNT}"},
        )
        assert await ask("POST", "bins", {"twiml": "{{"}) == (
            400,
            {"code": 11320, "message": "line 1, column 1: brackets are not closed"},
        )
        wrongs: tuple[object, ...] = ([], {"name": "x"}, {"twiml": 1})
        for wrong in wrongs:
            assert await ask("POST", "bins", wrong) == (
                400,
                {"message": "a TwiML bin is an object of the texts friendly_name and twiml"},
            )
        assert (await control.answer("POST", "bins", (), b"{")).status == 400
        assert (await control.answer("POST", f"bins/{sid}")).allow == "GET, HEAD, PUT, DELETE"

    asyncio.run(run())
    assert [type(each).__name__ for each in disk.kept] == ["Change"] * 3


def test_the_numbering_plan_is_shown_and_replaced_whole() -> None:
    bench = Bench()

    async def run() -> list[dict[str, object]]:
        switch = switches(bench, Disk(bench.store))
        shown = [switch.numbers()]
        await switch.seed(b"numbers: {'+15551230001': busy}")
        shown.append(switch.numbers())
        await switch.set_numbers(
            b'{"numbers": {"+15551230002": {"answers_after": 3}}, "clients": {"bob": "fails"}}'
        )
        shown.append(switch.numbers())
        assert await switch.forget_number("client:bob")
        assert not await switch.forget_number("client:bob")
        shown.append(switch.numbers())
        return shown

    assert asyncio.run(run()) == [
        {"numbers": {}, "clients": {}},
        {"numbers": {"+15551230001": {"outcome": "busy"}}, "clients": {}},
        {"numbers": {"+15551230002": {"answers_after": 3.0}}, "clients": {"bob": {"outcome": "fails"}}},
        {"numbers": {"+15551230002": {"answers_after": 3.0}}, "clients": {}},
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"numbers: {'+15551230002': bizzy}", "`bizzy` is not known here"),
        (
            b"numbers: {'+15551230002': busy}\ndomains: {acme: }",
            "`numbers` and `clients` only, not `domains`",
        ),
    ],
)
def test_a_wrong_numbering_plan_changes_nothing(body: bytes, message: str) -> None:
    bench = Bench()

    async def run() -> dict[str, object]:
        switch = switches(bench, Disk(bench.store))
        await switch.seed(b"numbers: {'+15551230001': busy}")
        with pytest.raises((SetupError, FileError), match=message):
            await switch.set_numbers(body)
        return switch.numbers()

    assert asyncio.run(run()) == {"numbers": {"+15551230001": {"outcome": "busy"}}, "clients": {}}
