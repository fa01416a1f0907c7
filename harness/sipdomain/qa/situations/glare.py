"""An INVITE of the PBX within the call that crosses one of the cloud."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.glare import Glare


def _play(bench: Bench) -> Play:
    bench.behaves(Glare())
    bench.hears("<Say>Please hold.</Say><Pause length='60'/>")
    if (yield from bench.asked_to("hold")):
        yield from bench.give_time(6.0)


SITUATION: Final = Situation(
    name="glare",
    provokes="answers the PBX's hold with 491, and holds the call itself",
    asks="dial {extension}; you will be asked to put the call on hold",
    play=_play,
    acts=frozenset({"hold"}),
    seconds=8.0,
)
