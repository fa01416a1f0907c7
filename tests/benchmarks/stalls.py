"""How long one answer holds up the audio of 100 calls, with a full journal and 100,000 finished calls."""

from __future__ import annotations

import base64
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from sipdomain.runtime.development import ACCOUNT_SID, AUTH_TOKEN
from sipdomain.sip.outputs import Address
from tests.benchmarks.calls import load_for, play
from tests.benchmarks.emulator import READY_WITHIN, Emulator, webhook
from tests.benchmarks.figures import Figure
from tests.benchmarks.listeners import Listeners
from tests.benchmarks.processes import SERVER_CORE, child, wait_for
from tests.benchmarks.rest import fill_calls

CALLS: Final = 100
_BELOW: Final = f"/2010-04-01/Accounts/{ACCOUNT_SID}"
_BASIC: Final = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
_SECONDS: Final = 3.0
_ROUNDS: Final = 3
CREDENTIAL_LISTS: Final = 20
"""How many a snapshot that is put back has."""
CREDENTIALS_OF_A_LIST: Final = 1_000


def rest(path: str) -> Callable[[str], bytes]:
    """Return a function that asks the REST API below the account."""
    return lambda url: _get(url, f"{_BELOW}{path}")


def control(name: str) -> Callable[[str], bytes]:
    """Return a function that asks the control API."""
    return lambda url: _get(url, f"/_sipdomain/{name}")


def _get(url: str, path: str) -> bytes:
    asked = Request(f"{url}{path}", headers={"Authorization": f"Basic {_BASIC}"})
    with urlopen(asked, timeout=60) as told:
        body: bytes = told.read()
    return body


def _ladder_of_a_call(url: str) -> bytes:
    calls = json.loads(_get(url, "/_sipdomain/calls"))["calls"]
    return _get(url, f"/_sipdomain/calls/{calls[-1]['sid']}")


def _put_snapshot(url: str) -> bytes:
    """Put back what there is, with so many credentials that none of it is small."""
    value = json.loads(_get(url, "/_sipdomain/snapshot"))
    records = value["records"]
    (account,) = (each["sid"] for each in records["account"])
    for number in range(CREDENTIAL_LISTS - len(records["credential-list"])):
        sid = f"CL{number:032x}"
        records["credential-list"].append(
            {
                **records["credential-list"][0],
                "sid": sid,
                "friendly_name": f"list {number}",
                "account_sid": account,
            }
        )
        records["credential"] += [
            {
                **records["credential"][0],
                "sid": f"CR{number:016x}{user:016x}",
                "list_sid": sid,
                "username": f"user{user}",
            }
            for user in range(CREDENTIALS_OF_A_LIST)
        ]
    asked = Request(f"{url}/_sipdomain/snapshot", data=json.dumps(value).encode(), method="PUT")
    with urlopen(asked, timeout=120) as told:
        body: bytes = told.read()
    return body


def _change_a_call(url: str, **form: str) -> bytes:
    """Change the oldest of the calls in progress that listen."""
    calls = json.loads(_get(url, f"{_BELOW}/Calls.json?Status=in-progress&PageSize=1000"))["calls"]
    asked = Request(
        f"{url}{_BELOW}/Calls/{calls[-1]['sid']}.json", data=urlencode(form).encode(),
        headers={"Authorization": f"Basic {_BASIC}"},
    )  # fmt: skip
    with urlopen(asked, timeout=60) as told:
        told.read()
    time.sleep(1.0)
    return b""


def _document(hook: str) -> Callable[[str], bytes]:
    """Return a function that lets a call get a document of 60 kB with many warnings."""
    return lambda url: _change_a_call(url, Url=f"{hook}/warnings")


def _printed(url: str) -> bytes:
    """End a call with a hundred warnings, so that its ladder is printed."""
    return _change_a_call(url, Status="completed")


def _events(url: str) -> bytes:
    asked = Request(
        f"{url}/_sipdomain/journal", headers={"Accept": "text/event-stream", "Last-Event-ID": "0"}
    )
    with urlopen(asked, timeout=60) as told:
        for _ in range(5_000):
            told.readline()
    return b""


ASKED: Final[dict[str, Callable[[str], bytes]]] = {
    "Calls, first page": rest("/Calls.json"),
    "Calls, page of 1,000": rest("/Calls.json?PageSize=1000"),
    "Calls, page 1,999 of 50": rest("/Calls.json?Page=1999"),
    "Calls that no filter lets pass": rest("/Calls.json?To=sip:nobody@example.com"),
    "Calls by a token far back": rest("/Calls.json?PageToken=PA10"),
    "Notifications": rest("/Notifications.json?PageSize=1000"),
    "journal": control("journal"),
    "journal as events": _events,
    "decisions": control("decisions"),
    "calls": control("calls"),
    "ladder of a call": _ladder_of_a_call,
    "registrations": control("registrations"),
    "PUT snapshot of 20,000 credentials": _put_snapshot,
    "snapshot of 20,000 credentials": control("snapshot"),
}


@contextmanager
def _busy(arguments: list[str], ladders: Path) -> Iterator[Emulator]:
    """Run `sipdomain serve`, which writes its ladders into a file."""
    command = [
        "sh", "-c", f'exec "$@" 2>{ladders}', "sh",
        sys.executable, "-m", "sipdomain", "serve", "--sip", "127.0.0.1:0", "--http", "127.0.0.1:0", "--no-speech",
        *arguments,
    ]  # fmt: skip
    with child(command, core=SERVER_CORE) as process:
        ready = wait_for(process, r"^ready sip=([\d.]+):(\d+) .*http=(\S+)", READY_WITHIN)
        yield Emulator(process, Address(ready[1], int(ready[2])), ready[3])


def lateness(*, quick: bool) -> list[Figure]:
    """Return how late RTP came while each thing was asked, beside how late it came while nothing was."""
    found: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="stalls-") as folder, webhook(keep=0) as hook:
        file = Path(folder) / "full.db"
        fill_calls(file, hook.url)
        with _busy(["--state", str(file)], Path(folder) / "ladders") as server:
            play(load_for(server, 200, 2 if quick else 6), server.process.pid)
            _let_talk(server.http, f"{hook.url}/listen")
            listeners = Listeners(server.sip, CALLS)
            try:
                found += _quiet(listeners, "idle")
                for name, ask in ASKED.items():
                    found += _while(listeners, name, server.http, ask)
                found += _while(
                    listeners, "document of 60 kB with warnings", server.http, _document(hook.url)
                )
                found += _while(listeners, "ladder that is printed", server.http, _printed)
                found += _quiet(listeners, "idle again")
            finally:
                listeners.close()
    return found


def _let_talk(url: str, voice_url: str) -> None:
    """Let the calls to come last."""
    (domain,) = json.loads(_get(url, f"{_BELOW}/SIP/Domains.json"))["domains"]
    asked = Request(
        f"{url}{_BELOW}/SIP/Domains/{domain['sid']}.json",
        data=urlencode({"VoiceUrl": voice_url}).encode(), headers={"Authorization": f"Basic {_BASIC}"},
    )  # fmt: skip
    with urlopen(asked, timeout=10) as told:
        told.read()


def _quiet(listeners: Listeners, name: str) -> list[Figure]:
    began = time.time()
    time.sleep(_SECONDS)
    return _figures(listeners, name, began, 0.0)


def _while(listeners: Listeners, name: str, url: str, ask: Callable[[str], bytes]) -> list[Figure]:
    began = time.time()
    for _ in range(_ROUNDS):
        ask(url)
        time.sleep(0.1)
    took = (time.time() - began) / _ROUNDS - 0.1
    return _figures(listeners, name, began, took)


def _figures(listeners: Listeners, name: str, began: float, took: float) -> list[Figure]:
    time.sleep(0.3)
    late = listeners.gaps(began, time.time())
    how = f"{len(late):,} packets of {CALLS} calls at the receiver, kernel time" + (
        f"; {_ROUNDS} answers of {took * 1000:.0f} ms" if took else ""
    )
    return [
        Figure(f"late by, p99.9, {name}", late[len(late) * 999 // 1000] * 1000, "ms", how),
        Figure(f"late by, at most, {name}", late[-1] * 1000, "ms", ""),
    ]
