"""A call that is answered just when it is given up."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.answer_on_cancel import AnswerOnCancel


def _play(bench: Bench) -> Play:
    bench.behaves(AnswerOnCancel())
    bench.hears("<Pause length='20'/><Say>You are connected.</Say><Pause length='20'/>")
    if (yield from bench.asked_to("cancel")):
        yield from bench.give_time(3.0)


SITUATION: Final = Situation(
    name="crossed-cancel",
    provokes="answers a call when its CANCEL comes",
    asks="dial {extension}; you will be asked to hang up while it rings",
    play=_play,
    acts=frozenset({"cancel"}),
    seconds=5.0,
)
