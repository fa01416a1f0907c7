"""The edge that DNS names first says for how long it cannot serve."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.by_name import FIRST, SECOND
from sipdomain.qa.calling import called_by_name
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.behaviour import MOST_TIMES
from sipdomain.twilio.behaviours.status import Status

RETRY_AFTER: Final = 30
"""For how long it says that, in seconds."""


def _play(bench: Bench) -> Play:
    bench.edges.lead(FIRST, SECOND)
    bench.behaves(Status(code=503, retry_after=RETRY_AFTER, edge=FIRST, times=MOST_TIMES))
    if (yield from called_by_name(bench)) and not bench.driver.starts_anew:
        bench.marks["again"] = bench.world.now()
        yield from called_by_name(bench)


SITUATION: Final = Situation(
    name="edge-unavailable",
    provokes="answers 503 with Retry-After: 30 at the edge that DNS names first",
    asks="dial {extension}, found by DNS, each time this is said, twice in all and at once; leave the calls alone",
    play=_play,
    acts=frozenset({"call by name"}),
    seconds=10.0,
)
