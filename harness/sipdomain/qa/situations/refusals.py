"""Calls that are refused, each with another status."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.status import Status


def _play(bench: Bench) -> Play:
    for code in (486, 404, 480, 603, 503):
        bench.behaves(Status(code=code, nth=2))
        bench.marks[f"refuse {code}"] = bench.world.now()
        if not (yield from bench.dial()):
            return
        yield from bench.over(3.0)
        yield from bench.wait(1.0)


SITUATION: Final = Situation(
    name="refusals",
    provokes="refuses five calls, one after another: 486, 404, 480, 603, 503",
    asks="dial {extension} each time this is said, five times in all: the call is refused; do not dial again before",
    play=_play,
    seconds=15.0,
)
