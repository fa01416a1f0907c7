"""A call that the PBX transfers."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.making import OPERATOR
from sipdomain.qa.situation import Play, Situation
from sipdomain.runtime.worlds.world import Until


def _play(bench: Bench) -> Play:
    operator = bench.world.phone(OPERATOR)
    address = operator.core.settings.local
    bench.hears(f"<Dial referUrl='/voice'><Sip>sip:{OPERATOR}@{address}</Sip></Dial>")
    if not (yield from bench.dial("transfer")):
        return
    yield Until(lambda: bool(operator.ringing), bench.patience)
    for call in operator.ringing:
        operator.answer(call)
    # From now on: what the operator hears, who stays.
    bench.hears("<Say>You were passed on.</Say><Hangup/>")
    if (yield from bench.answered()):
        yield from bench.wait(1.0)
        bench.do("transfer")
        yield from bench.over(bench.patience)


SITUATION: Final = Situation(
    name="transfer",
    provokes="connects the call with somebody, and takes the PBX's REFER",
    asks="dial {extension}; you will be asked to transfer the call",
    play=_play,
    acts=frozenset({"transfer"}),
    seconds=5.0,
)
