"""A call whose audio is at another address than its signalling."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench, NotPossibleError
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.media_from import MediaFrom

ADDRESS: Final = "127.0.0.9"
"""Where the audio is."""


def _play(bench: Bench) -> Play:
    if not bench.target.host.startswith("127."):
        raise NotPossibleError("a second address is there on this machine alone: --sip 127.0.0.1:5060")
    bench.behaves(MediaFrom(address=ADDRESS))
    bench.hears("<Say>You are connected.</Say><Pause length='2'/><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="audio-elsewhere",
    provokes="wants audio at 127.0.0.9, and sends it from there",
    asks="dial {extension}, and leave the call alone",
    play=_play,
    seconds=6.0,
)
