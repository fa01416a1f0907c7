"""A registration that is too brief."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.status import Status


def _play(bench: Bench) -> Play:
    bench.behaves(Status(of="REGISTER", code=423, min_expires=4000, nth=2))
    if (yield from bench.dial("register")):
        yield from bench.wait(3.0)


SITUATION: Final = Situation(
    name="registration-interval",
    provokes="answers 423 with Min-Expires: 4000",
    asks="let the PBX register at the domain; skip this where it does not register",
    play=_play,
    acts=frozenset({"register"}),
    seconds=3.0,
)
