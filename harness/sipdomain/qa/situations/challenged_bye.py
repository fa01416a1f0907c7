"""A BYE that is challenged."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.challenge import Challenge


def _play(bench: Bench) -> Play:
    bench.behaves(Challenge(of="BYE", stale=True))
    bench.hears("<Say>Please hang up.</Say><Pause length='60'/>")
    if (yield from bench.asked_to("hang up")):
        yield from bench.over(bench.patience)


SITUATION: Final = Situation(
    name="challenged-bye",
    provokes="answers the PBX's BYE with a challenge, as its nonce went stale",
    asks="dial {extension}; you will be asked to hang up",
    play=_play,
    acts=frozenset({"hang up"}),
    seconds=4.0,
)
