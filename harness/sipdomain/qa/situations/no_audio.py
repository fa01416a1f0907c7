"""A call in which nothing is to be heard."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.no_audio import NoAudio


def _play(bench: Bench) -> Play:
    bench.behaves(NoAudio())
    bench.hears("<Say>You are connected.</Say><Pause length='12'/><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="no-audio",
    provokes="answers, and sends no audio for twelve seconds, though it says that it does",
    asks="dial {extension}, and leave the call alone: it ends by itself",
    play=_play,
    seconds=14.0,
)
