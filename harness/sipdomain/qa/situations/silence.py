"""A call in which nobody speaks."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation


def _play(bench: Bench) -> Play:
    bench.hears("<Say>Now ten seconds of silence.</Say><Pause length='10'/><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="silence",
    provokes="answers, and is silent for ten seconds",
    asks="dial {extension}, mute the phone, and wait ten seconds: the call ends by itself",
    play=_play,
    seconds=11.0,
)
