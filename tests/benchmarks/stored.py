"""What a call costs beside many domains and users: the engine alone, with no socket and no waiting."""

from __future__ import annotations

import gc
import statistics
import time
from typing import Final

from sipdomain.twilio.fidelity.profile import OBSERVED
from sipdomain.twilio.store import Limits
from tests.benchmarks.figures import Figure
from tests.unit.twilio.bench import ACME, Bench, flow
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page

SIZES: Final = (1, 1_000, 100_000)
_ROUNDS: Final = 9
_CALLS: Final = 50
_A_LIST: Final = 1_000
_ENOUGH: Final = Limits(domains=1_000_000, credential_lists=1_000, mapped_lists=1_000)


def _stocked(size: int) -> Bench:
    """Return an emulator with so many domains, and so many users who may call one of them."""
    bench = Bench(OBSERVED, limits=_ENOUGH)
    bench.pages["/voice"] = page("<Response><Hangup/></Response>")
    acme = bench.domain(ACME, users=["alice"])
    for number in range(1, size):
        bench.domain(f"domain-{number}.sip.twilio.com", users=None)
    # By lists of a thousand, which is what a list may hold.
    for first in range(1, size, _A_LIST):
        names = [f"user{number}" for number in range(first, min(size, first + _A_LIST))]
        bench.map_users(acme, *names)
    return bench


def _call(bench: Bench, number: int) -> None:
    """Let alice call, prove who she is, and be hung up on."""
    caller = Caller(bench, flow(), call_id=f"call-{number}")
    caller.talk()
    caller.agree()
    bench.wait(40.0)
    bench.entries.clear()
    bench.asks.clear()
    bench.media.clear()


def _cost(bench: Bench) -> float:
    """Return the seconds of a call: the median of rounds, the garbage of one not counted against the next."""
    rounds = []
    for round_number in range(_ROUNDS):
        gc.collect()
        started_at = time.perf_counter()
        for number in range(_CALLS):
            _call(bench, round_number * _CALLS + number)
        rounds.append((time.perf_counter() - started_at) / _CALLS)
    return statistics.median(rounds)


def costs() -> list[Figure]:
    """Return what a call costs the engine and its caller beside 1, 1,000 and 100,000 domains and users."""
    found, how = [], f"engine and caller in one thread; median of {_ROUNDS} x {_CALLS} authenticated calls"
    for size in SIZES:
        cost = _cost(_stocked(size))
        found.append(Figure(f"a call beside {size:,} domains and users", cost * 1e6, "µs", how))
    ratio = found[-1].value / found[0].value
    return [*found, Figure(f"{SIZES[-1]:,} ÷ {SIZES[0]:,} domains and users", ratio, "", "the same run")]
