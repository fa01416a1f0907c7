"""A second call, which the PBX ends."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation


def _play(bench: Bench) -> Play:
    bench.hears("<Say>Please hang up.</Say><Pause length='60'/>")
    if (yield from bench.asked_to("hang up")):
        yield from bench.over(bench.patience)


SITUATION: Final = Situation(
    name="hang-up",
    provokes="answers, and waits for the PBX to hang up",
    asks="dial {extension} again; you will be asked to hang up",
    play=_play,
    acts=frozenset({"hang up"}),
    seconds=2.0,
)
