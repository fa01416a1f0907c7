"""DNS names another edge each time that it is asked."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.calling import called_by_name
from sipdomain.qa.situation import Play, Situation


def _play(bench: Bench) -> Play:
    bench.edges.turn()
    yield from called_by_name(bench)


SITUATION: Final = Situation(
    name="dns-turns",
    provokes="names another edge first each time DNS is asked, and asks for credentials",
    asks="dial {extension}, found by DNS, and leave the call alone",
    play=_play,
    acts=frozenset({"call by name"}),
    seconds=5.0,
)
