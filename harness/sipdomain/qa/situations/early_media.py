"""A call in which the network plays a ringing tone before the answer."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.early_media import EarlyMedia


def _play(bench: Bench) -> Play:
    bench.behaves(EarlyMedia(seconds=3.0, tone="uk"))
    bench.hears("<Say>You are connected.</Say><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()
        yield from bench.ask(
            "heard", "Did you hear rings in pairs, two short ones close together, before the answer?"
        )


SITUATION: Final = Situation(
    name="early-media",
    provokes="rings by 180, then sends 183 with a ringing tone of its own, in pairs, for three seconds, and answers",
    asks="dial {extension}, and listen: you should hear rings in pairs, two short ones close together, before the answer",
    play=_play,
    seconds=7.0,
)
