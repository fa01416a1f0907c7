"""A call that the cloud transfers."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.refer import Refer


def _play(bench: Bench) -> Play:
    bench.behaves(Refer(after=1.0))
    bench.hears("<Say>You are connected.</Say><Pause length='4'/><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="refer",
    provokes="sends a REFER within the call",
    asks="dial {extension}, and leave the call alone",
    play=_play,
    seconds=7.0,
)
