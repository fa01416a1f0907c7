"""A usual call, in which the cloud sends two requests that belong to none."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.stray import Stray


def _play(bench: Bench) -> Play:
    bench.behaves(Stray(method="OPTIONS", after=0.5), Stray(method="BYE", after=1.0))
    bench.hears("<Say>You are connected.</Say><Pause length='3'/><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="strays",
    provokes="sends OPTIONS to the PBX's Contact, and BYE for a call that there is not",
    asks="dial {extension}, and leave the call alone",
    play=_play,
    seconds=6.0,
)
