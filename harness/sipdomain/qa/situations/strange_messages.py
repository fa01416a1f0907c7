"""A call of strange but right messages."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.strange_messages import StrangeMessages


def _play(bench: Bench) -> Play:
    bench.behaves(StrangeMessages())
    bench.hears("<Say>You are connected.</Say><Pause length='1'/><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="strange-messages",
    provokes="folds header fields, writes them short, and adds unknown ones",
    asks="dial {extension}, and leave the call alone",
    play=_play,
    seconds=5.0,
)
