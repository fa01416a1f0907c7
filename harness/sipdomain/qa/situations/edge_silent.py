"""The edge that DNS names first hears nothing."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.by_name import FIRST, SECOND, edge_of, invites
from sipdomain.qa.situation import Play, Situation
from sipdomain.qa.situations.edge_unavailable import RETRY_AFTER
from sipdomain.runtime.worlds.world import Until
from sipdomain.twilio.behaviours.behaviour import ANY, MOST_TIMES
from sipdomain.twilio.behaviours.silence import Silence

_LONGEST: Final = 35.0
"""How long the next edge is waited for: an INVITE is given up after 32 s (RFC 3261 section 17.1.1.2)."""


def _play(bench: Bench) -> Play:
    bench.edges.lead(FIRST, SECOND)
    if not bench.driver.starts_anew:
        # What was said of an edge before holds no more.
        yield from bench.wait(RETRY_AFTER)
    bench.behaves(Silence(of=ANY, edge=FIRST, times=MOST_TIMES))
    bench.hears("<Say>You are connected.</Say><Hangup/>")
    if (yield from bench.dial("call by name", within=_LONGEST + 20.0)):
        yield Until(lambda: bench.skipped() or _came_to_another(bench), _LONGEST)
        yield from bench.over(5.0)


def _came_to_another(bench: Bench) -> bool:
    seen = bench.seen()
    return any(edge_of(seen, each) != FIRST for each in invites(seen))


SITUATION: Final = Situation(
    name="edge-silent",
    provokes="does not hear anything at the edge that DNS names first",
    asks="dial {extension}, found by DNS, and leave the call alone for 40 seconds",
    play=_play,
    acts=frozenset({"call by name"}),
    seconds=75.0,
    is_long=True,
)
