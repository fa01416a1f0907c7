"""An INVITE that is lost, twice."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.silence import Silence


def _play(bench: Bench) -> Play:
    bench.behaves(Silence(of="INVITE", times=2))
    bench.hears("<Say>You are connected.</Say><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="unheard",
    provokes="does not hear the first two INVITEs",
    asks="dial {extension}, and leave the call alone",
    play=_play,
    seconds=6.0,
)
