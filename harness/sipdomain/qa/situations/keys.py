"""A call in which keys are pressed."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation


def _play(bench: Bench) -> Play:
    bench.hears("<Gather numDigits='3' finishOnKey='' timeout='20'><Pause length='20'/></Gather><Hangup/>")
    if (yield from bench.asked_to("press keys")):
        yield from bench.give_time(4.0)


SITUATION: Final = Situation(
    name="keys",
    provokes="answers, and waits for keys",
    asks="dial {extension}; you will be asked to press keys",
    play=_play,
    acts=frozenset({"press keys"}),
)
