"""A call whose session the PBX has to refresh."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.session_expires import SessionExpires


def _play(bench: Bench) -> Play:
    bench.behaves(SessionExpires(seconds=90, refresher="uac"))
    bench.hears("<Say>You are connected.</Say><Pause length='100'/><Hangup/>")
    if (yield from bench.dial(within=130.0)):
        yield from bench.over(120.0)


SITUATION: Final = Situation(
    name="session-refresh",
    provokes="grants a session of 90 seconds, which the PBX refreshes, and hangs up after 100",
    asks="dial {extension}, and leave the call alone for 100 seconds",
    play=_play,
    seconds=103.0,
    is_long=True,
)
