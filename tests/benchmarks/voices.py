"""How evenly audio comes out, and at what cost: calls, bridged pairs, a conference; and keys on a line that loses packets.

The same packets by a plain loop, in the same run, say how much of that is the machine.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.request import urlopen

from tests.benchmarks.emulator import READY_WITHIN, Emulator, Webhook, emulator, webhook
from tests.benchmarks.figures import Figure
from tests.benchmarks.listeners import BEAT, Ears, Listener, Listeners
from tests.benchmarks.processes import SERVER_CORE, child, cpu_seconds, wait_for, waited_seconds
from tests.benchmarks.talkers import press, talk

CALLS: Final = 200
MEMBERS: Final = 150
LOSS: Final = 0.05
PRESSED: Final = "0123456789*#13579"
_WARM: Final = 0.5
_CONFIGURATION: Final = """\
access_lists: {here: [127.0.0.1]}
domains:
"""
PATHS: Final = ("both", "enqueue", "dequeue", "conference", "keys")


@contextmanager
def _server() -> Iterator[Emulator]:
    """Run an emulator with a domain for each document."""
    with tempfile.TemporaryDirectory(prefix="voices-") as folder, webhook(keep=0) as hook:
        file = Path(folder) / "domains.yaml"
        file.write_text(_CONFIGURATION + "".join(_domain(path, hook) for path in PATHS))
        with emulator(["--config", str(file), "--profile", "observed"]) as server:
            yield server


def _domain(path: str, hook: Webhook) -> str:
    return f'  {path}: {{calls: [here], voice: "{hook.url}/{path}"}}\n'


def _listeners(server: Emulator, calls: int, path: str) -> Listeners:
    return Listeners(server.sip, calls, f"{path}.sip.twilio.com")


def _measured(name: str, ears: list[Ears], pid: int, seconds: float) -> tuple[list[Figure], float, float]:
    """Let all talk, and return what came of it, how late p99.9 of the packets were, and the processor's share."""
    talkers: list[Listener] = [each for some in ears for each in some.all]
    talk(talkers, _WARM)
    before, waited, began, clock = cpu_seconds(pid), waited_seconds(pid), time.time(), time.monotonic()
    talk(talkers, seconds, after=_WARM)
    took = time.monotonic() - clock
    share, waited = (cpu_seconds(pid) - before) / took, waited_seconds(pid) - waited
    late = sorted(each for some in ears for each in some.gaps(began, time.time()))
    came, due = len(late), len(talkers) * seconds / BEAT
    tail = late[came * 999 // 1000] if late else float("inf")
    how = f"{came:,} packets at {len(talkers)} receivers, kernel time; {seconds:.0f} s"
    return (
        [
            Figure(f"{name}: late by, p99.9", tail * 1e3, "ms", how),
            Figure(f"{name}: packets that came", 100 * came / due, "%", "of one each 20 ms"),
            Figure(f"{name}: processor", 100 * share, "% of a core", "/proc/PID/stat"),
            Figure(
                f"{name}: waited for its core",
                100 * waited / took,
                "% of the time",
                "/proc/PID/schedstat: the machine's share of the lateness",
            ),
        ],
        tail,
        share,
    )


def _plain(count: int, seconds: float) -> tuple[list[Figure], float, float]:
    """Measure the plain loop."""
    with child(
        [sys.executable, "-m", "tests.benchmarks.plain_relay", str(count)], core=SERVER_CORE
    ) as process:
        ports = wait_for(process, r"^ready ([\d ]+)$", READY_WITHIN)[1].split()
        ears = Ears()
        try:
            for port in ports:
                ears.open(port).remote = ("127.0.0.1", int(port))
            return _measured(f"plain loop, {count}", [ears], process.pid, seconds)
        finally:
            ears.close()


def rows(seconds: float) -> list[Figure]:
    """Return the figures of all, each beside the plain loop's of this run.

    Args:
        seconds: How long each lasts.
    """
    plain, plain_late, plain_share = _plain(CALLS, seconds)
    found = list(plain)
    for name, parts in (
        (f"{CALLS} calls with audio both ways", ((CALLS, "both"),)),
        (f"{CALLS // 2} bridged pairs", ((CALLS // 2, "enqueue"), (CALLS // 2, "dequeue"))),
        (f"a conference of {MEMBERS}", ((MEMBERS, "conference"),)),
    ):
        with _server() as server:
            ears: list[Ears] = [_listeners(server, calls, path) for calls, path in parts]
            try:
                figures, late, share = _measured(name, ears, server.process.pid, seconds)
            finally:
                for each in ears:
                    each.close()
        packets = sum(len(each.all) for each in ears) / CALLS
        found += [
            *figures,
            Figure(f"{name} ÷ plain loop, lateness", late / plain_late, "", "p99.9 of this run"),
            Figure(
                f"{name} ÷ plain loop, processor",
                share / packets / plain_share,
                "",
                "per packet sent, of this run",
            ),
        ]
    return [*found, *keys()]


def keys() -> list[Figure]:
    """Return how many keys were heard of those pressed on a line that loses packets."""
    with _server() as server:
        ears = _listeners(server, CALLS, "keys")
        try:
            lost = press(ears.all, PRESSED, loss=LOSS)
        finally:
            ears.close()
        with urlopen(f"{server.http}/_sipdomain/journal", timeout=30) as response:
            heard = [each for each in map(json.loads, response) if each["kind"] == "KeyHeard"]
    in_order: dict[str, str] = {}
    for each in heard:
        in_order[each["call_sid"]] = in_order.get(each["call_sid"], "") + each["key"]
    due = CALLS * len(PRESSED)
    right = sum(text == PRESSED for text in in_order.values())
    how = (
        f"{CALLS} calls press {len(PRESSED)} keys each at once, RFC 4733; {lost:,} packets lost ({LOSS:.0%})"
    )
    return [
        Figure("keys heard", 100 * len(heard) / due, "%", how),
        Figure("calls whose keys came in order, each once", 100 * right / CALLS, "%", ""),
    ]
