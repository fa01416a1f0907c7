"""A call that the cloud transfers."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation

_TO: Final = "sip:200@example.invalid"


def _play(bench: Bench) -> Play:
    bench.hears(f"<Say>You are connected.</Say><Refer><Sip>{_TO}</Sip></Refer><Pause length='1'/><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="refer",
    provokes="transfers the call by <Refer>",
    asks="dial {extension}, and leave the call alone",
    play=_play,
    seconds=7.0,
)
