"""What other servers reach on the same machine, in the same run: SIPp's own, and sippy's."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec

from sipdomain.runtime.process import Process, find_program
from sipdomain.sip.outputs import Address
from tests.benchmarks.calls import play
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import SERVER_CORE, child
from tests.benchmarks.search import highest_rate
from tests.benchmarks.sipp import PASSWORD, USER, Load, scenario

_SETTLE = 0.7


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def _server(command: Sequence[str]) -> Iterator[Process]:
    with child(command, core=SERVER_CORE) as process:
        time.sleep(_SETTLE)
        yield process


def _search(command: Sequence[str], load: Load, *, start: int, most: int, quick: bool) -> int:
    def is_clean(rate: int, seconds: float) -> bool:
        with _server(command) as server:
            trial = play(
                Load(load.scenario, load.remote, rate=rate, calls=max(1, round(rate * seconds))), server.pid
            )
        return trial.clean

    probe, confirm = (2.0, 4.0) if quick else (4.0, 10.0)
    return highest_rate(is_clean, start=start, most=most, probe=probe, confirm=confirm)


def sipp_to_sipp(*, quick: bool) -> list[Figure]:
    """Return the highest clean rate of SIPp's own server."""
    remote = Address("127.0.0.1", _free_port())
    program = find_program("sipp", package="sip-tester")
    command = [program, "-sn", "uas", "-i", remote.host, "-p", str(remote.port), "-nostdin"]
    load = Load(("-sn", "uac", "-d", "0"), remote)
    best = _search(command, load, start=1000, most=8000, quick=quick)
    method = "SIPp uac on core 1 to SIPp uas on core 0: C++, no digest, no webhook, no timers kept"
    return [Figure("calls/s, SIPp to SIPp", best, "1/s", method)]


def sippy(*, quick: bool) -> list[Figure]:
    """Return the highest clean rate of a server made with sippy; nothing, and a word on stderr, without it."""
    if find_spec("sippy") is None:
        print("calls/s, sippy: not measured; pip install sippy", file=sys.stderr)
        return []
    remote = Address("127.0.0.1", _free_port())
    command = [sys.executable, "-m", "tests.benchmarks.sippy_server", str(remote.port), USER, PASSWORD]
    load = Load(scenario("hangup_by_caller"), remote)
    best = _search(command, load, start=100, most=2000, quick=quick)
    method = "sippy (Python) on core 0: INVITE 407 ACK INVITE 200 ACK BYE 200, digest, no webhook"
    return [Figure("calls/s, sippy", best, "1/s", method)]
