"""A call that two phones answer, as behind a proxy that forks."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.twilio.behaviours.answer_twice import AnswerTwice
from sipdomain.twilio.behaviours.other_tag import OtherTag


def _play(bench: Bench) -> Play:
    bench.behaves(OtherTag(), AnswerTwice(after=0.2, forked=True))
    bench.hears("<Say>You are connected.</Say><Pause length='3'/><Hangup/>")
    if (yield from bench.dial()):
        yield from bench.over()


SITUATION: Final = Situation(
    name="forked-answers",
    provokes="rings by one To tag, answers by a second, and answers once more by a third",
    asks="dial {extension}, and leave the call alone",
    play=_play,
    seconds=7.0,
)
