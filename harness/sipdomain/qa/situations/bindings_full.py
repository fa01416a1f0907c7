"""A user who has as many bindings as there may be."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.neighbours import move_in, move_out
from sipdomain.qa.situation import Play, Situation


def _play(bench: Bench) -> Play:
    try:
        yield from move_in(bench, [3600] * 10)
        if not (yield from bench.dial("register", within=70.0)):
            return
        yield from bench.wait(65.0)
        if (yield from bench.dial()) and (yield from bench.answered()):
            yield from bench.wait(1.0)
    finally:
        move_out(bench)


SITUATION: Final = Situation(
    name="bindings-full",
    provokes="has ten other phones of the user registered, refuses the eleventh (403, 32007), "
    "counts for 65 seconds what comes, and takes a call",
    asks="let the PBX register at the domain, and dial {extension} a minute later; skip this where it does not register",
    play=_play,
    acts=frozenset({"register"}),
    seconds=67.0,
    is_long=True,
)
