"""What transport and digest cost: the same call without credentials, over TCP, and over TLS."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sipdomain.sip.outputs import Address
from tests.benchmarks.calls import load_for, play_warm
from tests.benchmarks.emulator import Emulator, emulator, first_call, webhook
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import LOAD_CORE, child, wait_for
from tests.benchmarks.search import highest_rate
from tests.benchmarks.sipp import Load, scenario

_NAME = "demo.sip.twilio.com"


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to call.

    Attributes:
        name: For the table.
        transport: What SIPp speaks: "udp" or "tcp".
        digest: Whether the domain asks for credentials.
        tls: Whether a relay on the caller's core makes TLS of it, as Debian's SIPp has none.
    """

    name: str
    transport: str = "udp"
    digest: bool = True
    tls: bool = False


KINDS = (
    Kind("UDP, no digest", digest=False),
    Kind("UDP"),
    Kind("TCP", "tcp"),
    Kind("TLS", "tcp", tls=True),
)


@contextmanager
def _under_test(kind: Kind) -> Iterator[tuple[Emulator, Load]]:
    with webhook(keep=0) as hook, tempfile.TemporaryDirectory(prefix="ca-") as folder:
        arguments = first_call(hook, "observed")
        if not kind.digest:
            place = arguments.index("--user")
            arguments[place : place + 4] = ["--allow", "127.0.0.1"]
        if kind.tls:
            arguments += ["--tls", "127.0.0.1:0", "--ca-folder", folder]
        with emulator(arguments) as server:
            load = replace(load_for(server, 1, 1), transport=kind.transport)
            if not kind.digest:
                load = replace(load, scenario=scenario("hangup_by_cloud_without_digest"))
            if not kind.tls:
                yield server, load
                return
            secure = wait_for(server.process, r"^ready .*tls=(\S+)", 1)[1]
            command = [sys.executable, "-m", "tests.benchmarks.relay", secure, f"{folder}/ca.pem", _NAME]
            with child(command, core=LOAD_CORE) as relay:
                host, _, port = wait_for(relay, r"^ready (\S+)", 10)[1].rpartition(":")
                yield server, replace(load, remote=Address(host, int(port)))


def rates(*, quick: bool) -> list[Figure]:
    """Return for each way to call the highest clean rate, and the processor time of a call there."""
    return [figure for kind in KINDS for figure in _rate(kind, quick=quick)]


def _rate(kind: Kind, *, quick: bool) -> list[Figure]:
    costs: dict[int, float] = {}

    def is_clean(rate: int, seconds: float) -> bool:
        with _under_test(kind) as (server, load):
            trial = play_warm(
                replace(load, rate=rate, calls=max(1, round(rate * seconds))), server.process.pid
            )
        costs[rate] = trial.cpu
        return trial.clean

    probe, confirm = (2.0, 3.0) if quick else (3.0, 8.0)
    best = highest_rate(is_clean, start=300, most=1200, probe=probe, confirm=confirm, close_enough=0.1)
    how = f"SIPp, observed, webhook hangs up; 0 failed, 0 retransmissions, {confirm:.0f} s"
    if kind.tls:
        how += "; a relay on SIPp's core makes the TLS"
    found = [Figure(f"calls/s over {kind.name}", best, "1/s", how)]
    if best:
        found.append(Figure(f"processor per call, {kind.name}", costs[best] * 1e3, "ms", f"at {best}/s"))
    return found
