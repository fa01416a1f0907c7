"""Two calls by name, between which DNS names another edge first."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.by_name import FIRST, SECOND
from sipdomain.qa.calling import called_by_name
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.names.dns_zone import TTL

_LONGER: Final = TTL + 1.0
"""By then no answer of DNS may be kept any more, in seconds."""


def _play(bench: Bench) -> Play:
    bench.edges.lead(SECOND, FIRST)
    if not (yield from called_by_name(bench)) or bench.driver.starts_anew:
        return
    bench.edges.lead(FIRST, SECOND)
    bench.marks["turned"] = bench.world.now()
    yield from bench.wait(_LONGER)
    bench.marks["again"] = bench.world.now()
    yield from called_by_name(bench)


SITUATION: Final = Situation(
    name="by-name",
    provokes="names two edges in DNS, and after the first call, when no answer may be kept any more, the other one first",
    asks="dial {extension}, found by DNS, each time this is said, twice in all; leave the calls alone",
    play=_play,
    acts=frozenset({"call by name"}),
    seconds=16.0,
)
