"""Credentials whose nonce went stale."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.challenge import Challenge


def _play(bench: Bench) -> Play:
    bench.behaves(Challenge(stale=True, nth=2))
    bench.hears("<Say>You are connected.</Say><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="stale-nonce",
    provokes="says of right credentials that their nonce is stale",
    asks="dial {extension}, and leave the call alone",
    play=_play,
    seconds=5.0,
)
