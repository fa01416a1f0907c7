"""A call whose audio comes by a bad line."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation


def _play(bench: Bench) -> Play:
    bench.world.inject(("rtp drop 10% from cloud", "rtp delay by 0.06 spread 0.02 from cloud"))
    bench.hears("<Say>You are connected.</Say><Pause length='12'/><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="bad-line",
    provokes="loses a tenth of its audio on the way, and delays the rest by 20 to 100 ms",
    asks="dial {extension}, and leave the call alone: it ends by itself",
    play=_play,
    seconds=14.0,
)
