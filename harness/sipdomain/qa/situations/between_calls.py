"""Nobody calls: what the PBX sends of itself."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench, NotPossibleError
from sipdomain.qa.situation import Play, Situation


def _play(bench: Bench) -> Play:
    if not bench.driver.by_hand:
        raise NotPossibleError(f"the driver {bench.driver.name} is not there between calls")
    yield from bench.wait(130.0)


SITUATION: Final = Situation(
    name="between-calls",
    provokes="waits for 130 seconds, and counts the OPTIONS of the PBX",
    asks="do nothing for 130 seconds",
    play=_play,
    seconds=130.0,
    is_long=True,
)
