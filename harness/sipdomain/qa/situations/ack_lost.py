"""An ACK that is lost, twice."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.silence import Silence


def _play(bench: Bench) -> Play:
    # The first ACK of all is the one to the challenge.
    bench.behaves(Silence(of="ACK", nth=2, times=2))
    bench.hears("<Say>You are connected.</Say><Pause length='4'/><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="ack-lost",
    provokes="does not hear the first two ACKs to its 200, and repeats that",
    asks="dial {extension}, and leave the call alone",
    play=_play,
    seconds=8.0,
)
