"""How long each request holds the loop in one step: with 100,000 finished calls, 20,000 credentials, full logs.

Without sockets, so that what is measured is the processor time of the loop's thread between two of its turns, whatever
else the machine does.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from sipdomain.cli.watch import pieces
from sipdomain.entries import SipMessage
from sipdomain.journal import Journal
from sipdomain.media.prompts import Speech
from sipdomain.runtime.clock import LiveClock
from sipdomain.runtime.collector import collect_in_portions
from sipdomain.runtime.http.control import Control
from sipdomain.runtime.http.switches import Switches
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.slices import in_slices, joined
from sipdomain.runtime.state import State
from sipdomain.twilio.emulator import Emulator
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.fidelity.profile import OBSERVED
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rest import RestApi, RestRequest
from sipdomain.twilio.rest.registry import MONITOR_RESOURCES, RESOURCES, VOICE_RESOURCES
from sipdomain.twilio.rest.resource import MONITOR, VERSION, Resource
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallRecord, CallStore
from sipdomain.twilio.store.logs import AlertRecord, EventRecord, Logs
from sipdomain.twilio.store.recordings import RecordingRecord
from tests.benchmarks.figures import Figure
from tests.unit.twilio.bench import ACCOUNT, EPOCH, TOKEN, Bench, flow
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.recorded import BASIC

CALLS: Final = 100_000
LISTS: Final = 20
USERS: Final = 1_000
LOGGED: Final = 10_000
ENTRIES: Final = 20_000
MANY: Final = 1_000
RECORDINGS: Final = 1_000
OPEN_CALLS: Final = 2_000
ALLOWED: Final = 0.010
"""How long one step may take, in seconds."""
_ROUNDS: Final = 3
_MESSAGE: Final = (
    b"INVITE sip:100@acme.sip.twilio.com SIP/2.0\r\nCall-ID: %d@192.0.2.1\r\nX-Filler: " + b"x" * 1_200
)
_FORMS: Final[dict[str, tuple[dict[str, str], dict[str, str]]]] = {
    "Domains": ({"DomainName": "new.sip.twilio.com"}, {"VoiceUrl": "http://app.test/other"}),
    "CredentialLists": ({"FriendlyName": "new"}, {"FriendlyName": "newer"}),
    "Credentials": ({"Username": "new", "Password": "Correct-Horse-42"}, {"Password": "Another-Horse-43"}),
    "IpAccessControlLists": ({"FriendlyName": "new"}, {"FriendlyName": "newer"}),
    "IpAddresses": ({"FriendlyName": "new", "IpAddress": "10.9.9.9"}, {"FriendlyName": "newer"}),
    "Queues": ({"FriendlyName": "new"}, {"FriendlyName": "newer"}),
    "Keys": ({"FriendlyName": "new"}, {"FriendlyName": "newer"}),
    "Applications": ({"FriendlyName": "new"}, {"FriendlyName": "newer"}),
    "IncomingPhoneNumbers": ({"PhoneNumber": "+15005550001"}, {"FriendlyName": "newer"}),
    "OutgoingCallerIds": ({"PhoneNumber": "+15005550002"}, {"FriendlyName": "newer"}),
    "ByocTrunks": ({"FriendlyName": "new"}, {"FriendlyName": "newer"}),
    "ConnectionPolicies": ({"FriendlyName": "new"}, {"FriendlyName": "newer"}),
    "IpRecords": ({"IpAddress": "10.9.9.9"}, {"FriendlyName": "newer"}),
}
"""What makes a resource, and what changes it."""


class Carrier:
    """Carries nothing out."""

    def feed(self, step: Callable[[], object]) -> None:
        """Let the emulator decide."""
        step()


class Full:
    """An emulator with full stores, and what asks it."""

    def __init__(self, state: State | None) -> None:
        ids = Ids(random.Random(1))
        self.store = store = Store(ids)
        self.calls = CallStore(capacity=CALLS)
        self.logs = Logs()
        self.journal = Journal()
        self._state = state
        self._emulator = Emulator(
            store, self.calls, ids, rng=random.Random(1), settings=Settings(profile=OBSERVED)
        )
        self._fill()
        self.rest = RestApi(store, self.calls, ids, self.logs)
        switches = Switches(
            self._emulator, Carrier(), store, self.calls,
            journal=self.journal, clock=LiveClock(asyncio.get_running_loop()), keep=self.keep, logs=self.logs,
            picture=lambda entries, call_id: pieces(entries, call_id, wall_offset=0.0),
        )  # fmt: skip
        switches.remember_start()
        self.control = Control(self.journal, dict, switches=switches)

    async def keep(self) -> None:
        """Wait for the file, if there is one."""
        if self._state is not None:
            await self._state.keep(self.store.changes.take())

    def _fill(self) -> None:
        store, now = self.store, EPOCH
        store.accounts.create(sid=ACCOUNT, auth_token=TOKEN, now=now)
        for number in range(99):
            store.domains.create(ACCOUNT, f"d{number}.sip.twilio.com", now=now)
        domain = store.domains.of(ACCOUNT)[0].sid
        for number in range(LISTS):
            made = store.credential_lists.create(ACCOUNT, f"list {number}", now=now)
            store.map_list(ACCOUNT, domain, made.sid, "calls", now=now)
            for user in range(USERS - 1):
                store.credential_lists.add(ACCOUNT, made.sid, f"u{user}", ha1=f"{user:032x}", now=now)
        for number in range(MANY - 1):
            made = store.access_lists.create(ACCOUNT, f"list {number}", now=now)
            store.access_lists.add(ACCOUNT, made.sid, "here", "10.0.0.1", now=now)
            store.keys.create(ACCOUNT, f"key {number}", now=now)
            store.queues.create(ACCOUNT, f"queue {number}", now=now)
            store.applications.create(ACCOUNT, friendly_name=f"app {number}", now=now)
            store.numbers.buy(ACCOUNT, phone_number=f"+1212555{number:04}", now=now)
            store.caller_ids.create(ACCOUNT, f"+1213555{number:04}", now=now)
            record = store.trunks.add_ip_record(ACCOUNT, "10.0.0.1", now=now)
            store.trunks.map_source(ACCOUNT, record.sid, domain, now=now)
            store.trunks.add_policy(ACCOUNT, f"policy {number}", now=now)
            store.trunks.add_trunk(ACCOUNT, friendly_name=f"trunk {number}", now=now)
        for number in range(1, CALLS + 1):
            self.calls.keep(
                CallRecord(
                    sid=f"CA{number:032x}", account_sid=ACCOUNT, domain_sid=domain, to="sip:100@acme.sip.twilio.com",
                    from_="sip:alice@acme.sip.twilio.com", sip_call_id=f"{number % 1_000}@192.0.2.1",
                    created_at=now + number, number=number, status="completed", ended_at=now + number + 9,
                )
            )  # fmt: skip
        for number in range(1, LOGGED + 1):
            self.logs.alerts.keep(
                AlertRecord(
                    sid=f"NO{number:032x}", number=number, account_sid=ACCOUNT, created_at=now + number, code=11200,
                    level="error", text="x" * 100, call_sid=f"CA{number % 100 + 1:032x}", url="http://app.test/voice",
                    variables="v" * 500, headers="h" * 300,
                )
            )  # fmt: skip
            self.logs.events.keep(
                EventRecord(
                    sid=f"AE{number:032x}", number=number, account_sid=ACCOUNT, created_at=now + number,
                    event_type="sip-domain.updated", resource_sid=domain, resource_path="/2010-04-01/Accounts",
                    actor_sid=ACCOUNT, source_ip_address="127.0.0.1",
                    properties={"voice_url": {"previous": "http://app.test/a", "updated": "http://app.test/b"}},
                )
            )  # fmt: skip
            self.logs.exchanges.add(
                f"CA{1:032x}", at=now, duration=0.1, method="POST", url="http://app.test/voice",
                parameters=(("CallSid", "x"),), status=200, content_type="text/xml", body=b"<Response/>" * 10,
            )  # fmt: skip
        recordings = self.calls.recordings
        for number in range(1, RECORDINGS + 1):
            recordings.add(
                RecordingRecord(
                    sid=f"RE{number:032x}", account_sid=ACCOUNT, call_sid=f"CA{number % 10 + 1:032x}",
                    created_at=now + number,
                )
            )  # fmt: skip
            recordings.finish(f"RE{number:032x}", bytes(160_000), now + number, duration=10)
        for number in range(ENTRIES):
            self.journal.append(
                SipMessage(
                    at=float(number), owner="cloud", lane="in", transport="udp", local="127.0.0.1:5060",
                    remote=f"127.0.0.{number % 100 + 10}:5070", data=_MESSAGE % (number % 1_000),
                ),
                f"127.0.0.{number % 100 + 10}",
            )  # fmt: skip

    async def ask_rest(self, method: str, path: str, **form: str) -> Any:
        """Ask the REST API as the server does; return what the JSON says."""
        parts = urlsplit(path)
        told = self.rest.handle(
            RestRequest(
                method, parts.path, query=tuple(parse_qsl(parts.query)), form=tuple(form.items()), authorization=BASIC,
                content_type="application/x-www-form-urlencoded" if form else "",
            ),
            EPOCH,
        )  # fmt: skip
        if method != "GET":
            await self.keep()
        body = told.body if told.steps is None else await in_slices(told.steps)
        if told.status >= 300:
            raise RuntimeError(f"{method} {path}: {told.status} {body[:200]!r}")
        return json.loads(body) if body and method == "POST" else None

    async def ask_control(self, method: str, name: str, body: bytes = b"", **query: str) -> bytes:
        """Ask the control API as the server does."""
        told = await self.control.answer(method, name, tuple(query.items()), body)
        found = [told.body.encode()]
        if told.pieces is not None:
            found = [piece.encode() async for piece in joined(told.pieces)]
        if told.status >= 300:
            raise RuntimeError(f"{method} {name}: {told.status} {found[0][:200]!r}")
        return b"".join(found) if name == "snapshot" else b""


async def longest(work: Awaitable[Any]) -> tuple[float, Any]:
    """Return the longest step of the loop while something was awaited, in seconds of its thread, and what came of it."""
    task, most = asyncio.ensure_future(work), 0.0
    while not task.done():
        began = time.thread_time()
        await asyncio.sleep(0)
        most = max(most, time.thread_time() - began)
    return most, task.result()


@asynccontextmanager
async def full(folder: str | None) -> AsyncIterator[Full]:
    """Return full stores, kept in a state file where a folder is given, and with the collector set as `serve` sets it."""
    state = State(Path(folder) / "state.db") if folder is not None else None
    made = Full(state)
    if state is not None:
        state.start(made.store, made.calls, print, made.logs)
    gc.collect()
    thresholds = gc.get_threshold()
    collect_in_portions()
    try:
        yield made
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
        if state is not None:
            await state.close()


def _sids(store: Store, calls: CallStore) -> dict[str, str]:
    """Return what stands for the names in the paths of resources, each with much below it."""
    return {
        "AC": ACCOUNT,
        "CA": f"CA{1:032x}",
        "SD": store.domains.of(ACCOUNT)[0].sid,
        "CL": store.credential_lists.of(ACCOUNT)[0].sid,
        "AL": store.access_lists.of(ACCOUNT)[0].sid,
        "QU": store.queues.of(ACCOUNT)[0].sid,
        "NY": store.trunks.policies.of(ACCOUNT)[0].sid,
        "CF": f"CF{1:032x}",
    }


async def _of_resource(asked: Full, resource: Resource[Any], version: str, found: dict[str, float]) -> None:
    """Measure every operation of a resource that can be asked for."""
    path = f"/{version}/{resource.path.format(**_sids(asked.store, asked.calls))}"
    end = ".json" if version == VERSION else ""

    async def measure(what: str, method: str, below: str, **form: str) -> Any:
        most, told = await longest(asked.ask_rest(method, f"{path}{below}", **form))
        name = f"{what} {resource.path.replace('Accounts/{AC}/', '')}"
        found[name] = min(found.get(name, most), most)
        return told

    try:
        await measure("list", "GET", f"{end}?PageSize=1000")
        await measure("page 5 of", "GET", f"{end}?PageSize=50&Page=5")
    except RuntimeError:
        return
    forms = _FORMS.get(resource.path.rpartition("/")[2])
    if forms is None or resource.create is None:
        return
    made = await measure("create", "POST", end, **forms[0])
    # A caller ID is told without its SID.
    sid = made["sid"] if "sid" in made else asked.store.caller_ids.of(ACCOUNT)[-1].sid
    await measure("fetch", "GET", f"/{sid}{end}")
    if resource.update is not None:
        await measure("update", "POST", f"/{sid}{end}", **forms[1])
    await measure("delete", "DELETE", f"/{sid}{end}")


async def _of_rest(asked: Full) -> dict[str, float]:
    found: dict[str, float] = {}
    calls = f"/{VERSION}/Accounts/{ACCOUNT}/Calls"
    special = {
        "list Calls that no filter lets pass": ("GET", f"{calls}.json?To=sip:nobody@example.com"),
        "list Calls by a token far back": ("GET", f"{calls}.json?PageToken=PA10"),
        "list Calls, page 1,999 of 50": ("GET", f"{calls}.json?Page=1999"),
        "fetch Calls": ("GET", f"{calls}/CA{7:032x}.json"),
        "delete Calls": ("DELETE", f"{calls}/CA{{:032x}}.json"),
        "fetch Alerts": ("GET", f"/v1/Alerts/NO{7:032x}"),
        "delete Recordings": ("DELETE", f"/{VERSION}/Accounts/{ACCOUNT}/Recordings/RE{{:032x}}.json"),
    }
    for each in range(_ROUNDS):
        for resource in RESOURCES:
            await _of_resource(asked, resource, VERSION, found)
        for resource in (*MONITOR_RESOURCES, *VOICE_RESOURCES):
            await _of_resource(asked, resource, MONITOR, found)
        for name, (method, path) in special.items():
            most, _ = await longest(asked.ask_rest(method, path.format(each + 20)))
            found[name] = min(found.get(name, most), most)
    return found


async def _of_control(asked: Full) -> dict[str, float]:
    found: dict[str, float] = {}

    async def measure(method: str, name: str, body: bytes = b"", **query: str) -> bytes:
        most, told = await longest(asked.ask_control(method, name, body, **query))
        called = f"{method} {name.partition('/')[0]}{'/{sid}' if '/' in name else ''}{' of one call' if query else ''}"
        found[called] = min(found.get(called, most), most)
        return bytes(told)

    users = "".join(f"    u{number}: 'ha1:{number:032x}'\n" for number in range(1_000))
    for number in range(_ROUNDS):
        for name in ("journal", "decisions", "calls", f"calls/CA{CALLS:032x}"):
            await measure("GET", name)
        await measure("GET", "journal", call_id="7@192.0.2.1")
        snapshot = await measure("GET", "snapshot")
        await measure("PUT", "snapshot", snapshot)
        await measure("POST", "seed", f"credential_lists:\n  seeded{number}:\n{users}".encode())
    found |= {"POST reset": (await longest(asked.control.answer("POST", "reset")))[0]}
    return found


async def _of_reset() -> float:
    """Return the longest step of a reset that ends many calls."""
    bench = Bench()
    bench.domain(voice_status_callback_url="http://app.test/status")
    bench.pages["/voice"] = None
    for number in range(OPEN_CALLS):
        Caller(bench, flow(), call_id=f"call-{number}").dial()
    if bench.emulator.open_calls != OPEN_CALLS:
        raise RuntimeError(f"{bench.emulator.open_calls} calls are open, not {OPEN_CALLS}")
    gc.collect()
    switches = Switches(
        bench.emulator, Carrier(), bench.store, bench.calls,
        journal=Journal(), clock=LiveClock(asyncio.get_running_loop()), keep=lambda: asyncio.sleep(0), logs=Logs(),
    )  # fmt: skip
    switches.remember_start()
    most, _ = await longest(switches.reset())
    return most


async def _of_words() -> float:
    """Return the longest step until tones for 4,000 characters are ready to be played."""
    library = PromptLibrary(speech=False)
    await library.warm_up()
    most, _ = await longest(library.prepare(Speech("lorem " * 666), {"PCMU", "PCMA"}))
    return most


async def _measured(folder: str | None) -> dict[str, float]:
    RestApi.load()
    async with full(folder) as asked:
        found = {**await _of_rest(asked), **await _of_control(asked)}
    found[f"POST reset with {OPEN_CALLS:,} calls"] = await _of_reset()
    found["tones for 4,000 characters"] = await _of_words()
    return found


def longest_steps(*, quick: bool) -> list[Figure]:
    """Return the longest step of each request, without and with a state file; of three rounds the best counts."""
    found: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="holds-") as folder:
        for words, place in (("", None), *(() if quick else ((", --state", folder),))):
            steps = asyncio.run(_measured(place))
            how = f"processor time of one turn of the loop; best of {_ROUNDS}"
            found += [
                Figure(f"longest step, {name}{words}", most * 1000, "ms", how)
                for name, most in sorted(steps.items(), key=lambda each: -each[1])
            ]
    return found
