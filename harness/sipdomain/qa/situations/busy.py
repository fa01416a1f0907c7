"""A call that is refused: busy."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation


def _play(bench: Bench) -> Play:
    bench.hears("<Reject reason='busy'/>")
    if (yield from bench.dial()):
        yield from bench.over()
        yield from bench.wait(3.0)


SITUATION: Final = Situation(
    name="busy",
    provokes="answers 486 Busy Here, and sees for three seconds what comes",
    asks="dial {extension}: it is busy; do not dial again",
    play=_play,
    seconds=4.0,
)
