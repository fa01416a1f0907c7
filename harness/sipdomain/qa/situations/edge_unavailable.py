"""The edge that DNS names first says for how long it cannot serve."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.by_name import FIRST
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.behaviour import MOST_TIMES
from sipdomain.twilio.behaviours.status import Status

RETRY_AFTER: Final = 30
"""For how long it says that, in seconds."""


def _play(bench: Bench) -> Play:
    _ = bench.edges
    bench.behaves(Status(code=503, retry_after=RETRY_AFTER, edge=FIRST, times=MOST_TIMES))
    bench.hears("<Say>You are connected.</Say><Hangup/>")
    if not (yield from bench.dial("call by name")):
        return
    yield from bench.over()
    if bench.driver.starts_anew:
        return
    bench.marks["again"] = bench.world.now()
    if (yield from bench.dial("call by name")):
        yield from bench.over()


SITUATION: Final = Situation(
    name="edge-unavailable",
    provokes="answers 503 with Retry-After: 30 at the edge that DNS names first",
    asks="dial {extension}, found by DNS, each time this is said, twice in all and at once; leave the calls alone",
    play=_play,
    acts=frozenset({"call by name"}),
    seconds=10.0,
)
