"""A call that rings at one place and is answered at another."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.other_tag import OtherTag


def _play(bench: Bench) -> Play:
    bench.behaves(OtherTag())
    bench.hears("<Pause length='1'/><Say>You are connected.</Say><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="other-tag",
    provokes="answers with another To tag than it rang with",
    asks="dial {extension}, and leave the call alone",
    play=_play,
    seconds=5.0,
)
