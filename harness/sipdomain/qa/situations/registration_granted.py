"""A registration that is granted for a minute."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.grant import Grant


def _play(bench: Bench) -> Play:
    bench.behaves(Grant(seconds=60))
    if (yield from bench.dial("register", within=75.0)):
        yield from bench.wait(65.0)


SITUATION: Final = Situation(
    name="registration-granted",
    provokes="grants 60 seconds, and waits for 65",
    asks="let the PBX register at the domain; skip this where it does not register",
    play=_play,
    acts=frozenset({"register"}),
    seconds=65.0,
    is_long=True,
)
