"""An answer with one codec, which wants keys by another payload number than the offer had."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.one_codec import OneCodec

EVENTS: Final = 96
"""By which number the answer wants telephone-event."""


def _play(bench: Bench) -> Play:
    bench.behaves(OneCodec(events=EVENTS))
    bench.hears(
        "<Gather numDigits='3' timeout='20'><Say>Please press one, five, pound.</Say></Gather><Hangup/>"
    )
    if (yield from bench.asked_to("press keys")):
        yield from bench.give_time(4.0)


SITUATION: Final = Situation(
    name="other-numbers",
    provokes="answers with one codec of the offer, wants telephone-event by payload number 96, and asks for keys",
    asks="dial {extension}; you will be asked to press 1 5 #",
    play=_play,
    acts=frozenset({"press keys"}),
    seconds=8.0,
)
