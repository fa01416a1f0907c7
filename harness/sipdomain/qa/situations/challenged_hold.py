"""A hold that is challenged."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.challenge import Challenge


def _play(bench: Bench) -> Play:
    bench.behaves(Challenge(of="INVITE", in_call=True, stale=True))
    bench.hears("<Say>Please hold.</Say><Pause length='60'/>")
    if (yield from bench.asked_to("hold")):
        yield from bench.give_time(2.0)


SITUATION: Final = Situation(
    name="challenged-hold",
    provokes="answers the PBX's hold with a challenge, as its nonce went stale",
    asks="dial {extension}; you will be asked to put the call on hold",
    play=_play,
    acts=frozenset({"hold"}),
    seconds=4.0,
)
