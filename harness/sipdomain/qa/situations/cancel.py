"""A call that is given up while it rings."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation


def _play(bench: Bench) -> Play:
    # What comes before the first word of a document is not answered: it rings.
    bench.hears("<Pause length='20'/><Say>You are connected.</Say>")
    if (yield from bench.asked_to("cancel")):
        yield from bench.over(bench.patience)


SITUATION: Final = Situation(
    name="cancel",
    provokes="rings for twenty seconds",
    asks="dial {extension}; you will be asked to hang up while it rings",
    play=_play,
    acts=frozenset({"cancel"}),
    seconds=4.0,
)
