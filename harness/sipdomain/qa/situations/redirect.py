"""A call that is sent elsewhere, to an address that is none of the domain's."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from sipdomain.qa.bench import Bench, NotPossibleError
from sipdomain.qa.situation import Play, Situation
from sipdomain.runtime.sip.elsewhere import Elsewhere
from sipdomain.twilio.behaviours.status import Status


def _play(bench: Bench) -> Play:
    if bench.world.substrate == "sim" or not bench.target.host.startswith("127."):
        raise NotPossibleError("another address is there on this machine alone: --sip 127.0.0.1:5060")
    with closing(Elsewhere()) as elsewhere:
        bench.behaves(Status(code=302, contact=f"<sip:{bench.setting.extension}@{elsewhere.address}>", nth=2))
        if not (yield from bench.dial()):
            return
        yield from bench.over(5.0)
        yield from bench.wait(2.0)
        bench.elsewhere = elsewhere.came


SITUATION: Final = Situation(
    name="redirect",
    provokes="sends the call elsewhere by 302, to an address that is none of the domain's",
    asks="dial {extension}: the call is sent elsewhere; do not dial again",
    play=_play,
    seconds=7.0,
)
