"""A call whose credentials are refused, because the emulator has another password."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation


def _play(bench: Bench) -> Play:
    with bench.another_password():
        if (yield from bench.dial()):
            yield from bench.wait(6.0)


SITUATION: Final = Situation(
    name="wrong-password",
    provokes="refuses the PBX's credentials, and counts for six seconds what comes",
    asks="dial {extension}: the call is refused; do not dial again",
    play=_play,
    seconds=6.0,
)
