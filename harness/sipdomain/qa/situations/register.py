"""The PBX registers, if it does such a thing."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation


def _play(bench: Bench) -> Play:
    if (yield from bench.dial("register")):
        yield from bench.wait(1.5)


SITUATION: Final = Situation(
    name="register",
    provokes="asks for credentials, and grants the registration",
    asks="let the PBX register at the domain; skip this where it does not register",
    play=_play,
    acts=frozenset({"register"}),
    seconds=2.0,
)
