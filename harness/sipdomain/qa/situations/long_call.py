"""A call of sixteen minutes, which no session timer may end."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation

_SECONDS: Final = 960


def _play(bench: Bench) -> Play:
    bench.hears(f"<Say>This call takes sixteen minutes.</Say><Pause length='{_SECONDS}'/><Hangup/>")
    if (yield from bench.dial(within=_SECONDS + 60)):
        yield from bench.over(_SECONDS + 30)


SITUATION: Final = Situation(
    name="long-call",
    provokes="answers without a session timer, and hangs up after sixteen minutes",
    asks="dial {extension}, and leave the call alone for sixteen minutes",
    play=_play,
    seconds=_SECONDS + 5,
    is_long=True,
)
