"""The edge that DNS names first is down: it refuses connections."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.by_name import FIRST
from sipdomain.qa.calling import called_by_name
from sipdomain.qa.situation import Play, Situation


def _play(bench: Bench) -> Play:
    bench.edges.shut(FIRST)
    # Over UDP nothing is refused.
    yield from called_by_name(bench, transport="tcp")


SITUATION: Final = Situation(
    name="edge-refuses",
    provokes="closes the edge that DNS names first, which then refuses TCP",
    asks="dial {extension}, found by DNS, over TCP, and leave the call alone",
    play=_play,
    acts=frozenset({"call by name"}),
    seconds=5.0,
)
