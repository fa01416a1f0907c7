"""A call that the cloud puts on hold."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.reinvite import Reinvite


def _play(bench: Bench) -> Play:
    # Each is for the first call that comes from now on, and one waits for the other.
    bench.behaves(
        Reinvite(after=1.0, direction="sendonly"),
        Reinvite(after=2.5, direction="inactive"),
        Reinvite(after=4.0, direction="sendrecv", body=False),
    )
    bench.hears("<Say>You are connected.</Say><Pause length='6'/><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="cloud-holds",
    provokes="sends three INVITEs within the call: sendonly, inactive, and one without an offer",
    asks="dial {extension}, and leave the call alone",
    play=_play,
    seconds=9.0,
)
