"""A usual call, which the cloud ends."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation


def _play(bench: Bench) -> Play:
    bench.hears("<Say>You are connected.</Say><Pause length='2'/><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="call",
    provokes="asks for credentials, answers with two Record-Routes and a private Contact, speaks, and hangs up",
    asks="dial {extension} from the PBX, and leave the call alone: it ends by itself",
    play=_play,
)
