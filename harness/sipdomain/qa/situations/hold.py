"""A call that the PBX puts on hold."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.drivers.driver import Act
from sipdomain.qa.situation import Play, Situation

_ACTS: Final[tuple[tuple[Act, float], ...]] = (("hold", 1.5), ("resume", 2.5))


def _play(bench: Bench) -> Play:
    bench.hears("<Say>Please hold.</Say><Pause length='60'/>")
    if (yield from bench.dial("hold", "resume")) and (yield from bench.answered()):
        for act, seconds in _ACTS:
            yield from bench.wait(0.5)
            bench.do(act)
            if bench.driver.by_hand:
                yield from bench.reinvited(act)
            yield from bench.wait(seconds)


SITUATION: Final = Situation(
    name="hold",
    provokes="answers, and takes the re-INVITEs of the PBX",
    asks="dial {extension}; you will be asked to put the call on hold, and to resume it",
    play=_play,
    acts=frozenset({"hold", "resume"}),
    seconds=6.0,
)
