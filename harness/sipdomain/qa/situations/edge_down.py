"""The cloud refuses OPTIONS, is silent to them, and recovers: a PBX that asks by them knows when not to call."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench, NotPossibleError
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.behaviour import MOST_TIMES
from sipdomain.twilio.behaviours.silence import Silence
from sipdomain.twilio.behaviours.status import Status

_INTERVAL: Final = 65.0
"""A PBX that asks each 15 to 60 seconds has asked by then."""
_CALL: Final = 20.0
"""For how long a call is waited for that is not to come."""


def _play(bench: Bench) -> Play:
    if not bench.driver.by_hand:
        raise NotPossibleError(f"the driver {bench.driver.name} is not there between calls")
    for name, behaviour in (
        ("503", Status(of="OPTIONS", code=503, times=MOST_TIMES)),
        ("silence", Silence(of="OPTIONS", times=MOST_TIMES)),
    ):
        bench.behaves(behaviour)
        bench.marks[name] = bench.world.now()
        yield from bench.wait(_INTERVAL)
        bench.place()
        bench.marks[f"call at {name}"] = bench.world.now()
        yield from bench.ask(
            f"refused at {name}", "Have you dialled, and did the PBX refuse the call at once?"
        )
        yield from bench.wait(_CALL)
    bench.behaves()
    bench.marks["recovery"] = bench.world.now()
    yield from bench.wait(_INTERVAL)
    bench.marks["call at recovery"] = bench.world.now()
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="edge-down",
    provokes="answers OPTIONS by 503 for a minute, then not at all for another, and recovers",
    asks="dial {extension} each time this is said, three times in all, and leave the last call alone",
    play=_play,
    seconds=245.0,
    is_long=True,
)
