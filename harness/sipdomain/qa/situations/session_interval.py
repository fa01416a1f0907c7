"""A session interval that is too small."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.status import Status


def _play(bench: Bench) -> Play:
    bench.behaves(Status(code=422, min_se=1800, nth=2))
    bench.hears("<Say>You are connected.</Say><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="session-interval",
    provokes="answers 422 with Min-SE: 1800",
    asks="dial {extension}, and leave the call alone",
    play=_play,
    seconds=5.0,
)
