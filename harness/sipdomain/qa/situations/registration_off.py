"""A domain that takes no registrations."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.behaviour import MOST_TIMES
from sipdomain.twilio.behaviours.status import Status


def _play(bench: Bench) -> Play:
    bench.behaves(Status(of="REGISTER", code=403, times=MOST_TIMES))
    if (yield from bench.dial("register", within=70.0)):
        yield from bench.wait(65.0)


SITUATION: Final = Situation(
    name="registration-off",
    provokes="refuses registrations (403), and counts for 65 seconds what comes",
    asks="let the PBX register at the domain; skip this where it does not register",
    play=_play,
    acts=frozenset({"register"}),
    seconds=65.0,
    is_long=True,
)
