"""A registration of a user who has nine other bindings."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.neighbours import move_in, move_out
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.grant import Grant


def _play(bench: Bench) -> Play:
    try:
        yield from move_in(bench, [3600, 600, 1800, 900, 1200], briefly=4, brief=20)
        bench.behaves(Grant(seconds=60))
        if (yield from bench.dial("register", within=75.0)):
            yield from bench.wait(65.0)
    finally:
        move_out(bench)


SITUATION: Final = Situation(
    name="ten-bindings",
    provokes="has nine other phones of the user registered, grants 60 seconds in a 200 with ten Contacts, and waits for 65",
    asks="let the PBX register at the domain; skip this where it does not register",
    play=_play,
    acts=frozenset({"register"}),
    seconds=65.0,
    is_long=True,
)
