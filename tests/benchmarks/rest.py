"""The REST API over sockets: requests/s beside a bare handler of the same HTTP library, and the start with a full file.

Run as `python -m tests.benchmarks.rest` it is that bare handler, and prints `ready http://127.0.0.1:PORT`.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
import re
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final, cast
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import httptools

from sipdomain.cli.first_domain import first_domain, guard
from sipdomain.errors import SetupError
from sipdomain.runtime.development import ACCOUNT_SID, AUTH_TOKEN
from sipdomain.runtime.state import State
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallRecord, CallStore
from tests.benchmarks.emulator import READY_WITHIN, emulator
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import LOAD_CORE, SERVER_CORE, child, wait_for
from tests.benchmarks.sipp import PASSWORD, USER

CONNECTIONS: Final = 16
SECONDS: Final = 3.0
MANY: Final = 100_000
_A_LIST: Final = 1_000
_BELOW: Final = f"/2010-04-01/Accounts/{ACCOUNT_SID}"
_BASIC: Final = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
_SID: Final = re.compile(rb'"sid": ?"(AL[0-9a-f]{32})"')

Make = Callable[[bytes], bytes]
"""Returns the next request, given the body of the last answer; b"" at first."""


def request(method: str, path: str, **form: str) -> bytes:
    """Return the bytes of a request below the account; `path` begins with a slash."""
    body = urlencode(form).encode()
    content = (
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n" if form else ""
    )
    head = f"{method} {_BELOW}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {_BASIC}\r\n{content}\r\n"
    return head.encode() + body


class _Client(asyncio.Protocol):
    """Asks on one connection, one request after another, until its time is over.

    Attributes:
        done: Ready when the connection is closed.
        statuses: How often each status came.
    """

    def __init__(self, make: Make, until: float) -> None:
        self._make = make
        self._until = until
        self._parser = httptools.HttpResponseParser(self)
        self._body = b""
        self._transport: asyncio.Transport | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.statuses: Counter[int] = Counter()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._make(b""))

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        assert self._transport is not None
        self.statuses[self._parser.get_status_code()] += 1
        self._parser, body, self._body = httptools.HttpResponseParser(self), self._body, b""
        if time.perf_counter() < self._until:
            self._transport.write(self._make(body))
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - as the base class has it
        self.done.set_result(None)


async def _ask(url: str, make: Make, wanted: set[int]) -> float:
    host, port = urlsplit(url).hostname or "", urlsplit(url).port or 0
    began = time.perf_counter()
    loop = asyncio.get_running_loop()
    clients = [
        (await loop.create_connection(lambda: _Client(make, began + SECONDS), host, port))[1]
        for _ in range(CONNECTIONS)
    ]
    await asyncio.gather(*(each.done for each in clients))
    took = time.perf_counter() - began
    statuses = sum((each.statuses for each in clients), Counter[int]())
    if set(statuses) != wanted:
        raise SetupError(f"the REST API answered {dict(statuses)}, not only {sorted(wanted)}")
    return statuses.total() / took


def _rate(url: str, make: Make, *wanted: int) -> float:
    """Return requests/s, asked from the other core; every answer must have a status that is wanted."""
    before = os.sched_getaffinity(0)
    if LOAD_CORE in before:
        os.sched_setaffinity(0, {LOAD_CORE})
    try:
        return asyncio.run(_ask(url, make, set(wanted)))
    finally:
        os.sched_setaffinity(0, before)


def _create_or_delete(last: bytes) -> bytes:
    """Delete what the last answer says was made, else make something."""
    made = _SID.search(last)
    if made is not None:
        return request("DELETE", f"/SIP/IpAccessControlLists/{made[1].decode()}.json")
    return request("POST", "/SIP/IpAccessControlLists.json", FriendlyName="office")


def _post(url: str, path: str, **form: str) -> str:
    """Make something; return its SID."""
    asked = Request(
        f"{url}{_BELOW}{path}", data=urlencode(form).encode(), headers={"Authorization": f"Basic {_BASIC}"}
    )
    with urlopen(asked, timeout=10) as told:
        return str(json.load(told)["sid"])


def _measured(url: str, words: str, bare: float) -> list[Figure]:
    lists = "/SIP/IpAccessControlLists"
    here = f"{lists}/{_post(url, f'{lists}.json', FriendlyName='office')}/IpAddresses"
    sids = [
        _post(url, f"{here}.json", FriendlyName=f"desk {number}", IpAddress=f"10.0.0.{number}")
        for number in range(50)
    ]
    one, page = request("GET", f"{here}/{sids[0]}.json"), request("GET", f"{here}.json?PageSize=50")
    rates = {
        "fetch": _rate(url, lambda _: one, 200),
        "list of 50": _rate(url, lambda _: page, 200),
        "create and delete": _rate(url, _create_or_delete, 201, 204),
    }
    how = f"{CONNECTIONS} keep-alive connections, {SECONDS:g} s, server on one core"
    return [
        figure
        for name, rate in rates.items()
        for figure in (
            Figure(f"REST requests/s, {name}{words}", rate, "", how),
            Figure(f"{name}{words} ÷ bare handler", rate / bare, "", "the same run"),
        )
    ]


def rates() -> list[Figure]:
    """Return requests/s for fetch, list and create, in memory and with a state file, beside a bare handler."""
    with child([sys.executable, "-m", "tests.benchmarks.rest"], core=SERVER_CORE) as process:
        url = wait_for(process, r"^ready (\S+)$", READY_WITHIN)[1]
        plain = request("GET", "/anything.json")
        bare = _rate(url, lambda _: plain, 200)
    found = [Figure("requests/s, bare aiohttp handler", bare, "", "the same load; 300 bytes of JSON")]
    with emulator([]) as server:
        found += _measured(server.http, "", bare)
    with tempfile.TemporaryDirectory(prefix="state-") as folder:
        with emulator(["--state", str(Path(folder) / "state.db")]) as server:
            found += _measured(server.http, ", --state", bare)
        found += _restart(Path(folder) / "full.db")
    return found


def _restart(file: Path) -> list[Figure]:
    """Return how long the start takes with a file that holds 100,000 credentials and 100,000 finished calls."""
    _fill(file)
    times = []
    for _ in range(3):
        began = time.monotonic()
        with emulator(["--state", str(file)], core=SERVER_CORE):
            times.append(time.monotonic() - began)
    how = f"exec to the ready line, median of 3; {file.stat().st_size / 2**20:.0f} MiB"
    return [Figure(f"start with {MANY:,} credentials and {MANY:,} calls", statistics.median(times), "s", how)]


def _fill(file: Path) -> None:
    ids = Ids(random.Random(1))
    store = Store(ids)
    store.accounts.create(sid=ACCOUNT_SID, auth_token=AUTH_TOKEN, now=0.0)
    for first in range(0, MANY, _A_LIST):
        users = store.credential_lists.create(ACCOUNT_SID, f"list {first}", now=0.0)
        for number in range(first, first + _A_LIST):
            store.credential_lists.add(ACCOUNT_SID, users.sid, f"user{number}", ha1=f"{number:032x}", now=0.0)
    asyncio.run(_write(file, store, ids))


def fill_calls(file: Path, hook: str) -> None:
    """Write a state file that holds the benchmark's domain and 100,000 finished calls.

    Args:
        file: Where.
        hook: The base URL of the domain's webhooks.
    """
    ids = Ids(random.Random(1))
    store = Store(ids)
    account = store.accounts.create(sid=ACCOUNT_SID, auth_token=AUTH_TOKEN, now=0.0)
    domain = first_domain(store, account, "demo", f"{hook}/hangup", "", f"{hook}/status")
    guard(store, account, domain, USER, PASSWORD, [])
    asyncio.run(_write(file, store, ids))


async def _write(file: Path, store: Store, ids: Ids) -> None:
    state, calls = State(file), CallStore(capacity=MANY)
    state.load(Store(ids), calls)
    state.start(store, calls, lambda text: print(text, file=sys.stderr))
    for number in range(MANY):
        calls.add(
            CallRecord(
                sid=ids.new("CA"), account_sid=ACCOUNT_SID, domain_sid="", to="sip:100@acme.sip.twilio.com",
                from_="sip:alice@acme.sip.twilio.com", sip_call_id=f"{number}@192.0.2.1", created_at=float(number),
            )
        )  # fmt: skip
    for number, call in enumerate(list(calls.newest_first(ACCOUNT_SID)), 1):
        calls.finish(call.sid, "completed", float(number))
        if number % 1_000 == 0:
            await state.keep(store.changes.take())
    await state.close()


async def _serve() -> None:
    from aiohttp import web

    body = json.dumps({"sid": "AL" + "0" * 32, "friendly_name": "office", "filler": "x" * 220})

    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print(f"ready {site.name.rpartition(':')[0]}:{runner.addresses[0][1]}", flush=True)
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    from sipdomain.runtime.event_loop import new_event_loop

    new_event_loop().run_until_complete(_serve())
