"""Credentials that are refused, whatever they are."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.behaviour import MOST_TIMES
from sipdomain.twilio.behaviours.challenge import Challenge


def _play(bench: Bench) -> Play:
    bench.behaves(Challenge(times=MOST_TIMES))
    if (yield from bench.dial()):
        yield from bench.wait(6.0)


SITUATION: Final = Situation(
    name="refused-for-ever",
    provokes="answers every INVITE with a new challenge, and counts for six seconds what comes",
    asks="dial {extension}: the call is refused; do not dial again",
    play=_play,
    seconds=6.0,
)
