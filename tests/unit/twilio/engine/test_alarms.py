"""The alarms of calls: in order, and so many in one step that nobody waits for a crowd."""

from __future__ import annotations

from functools import partial

from sipdomain.twilio.engine.alarms import Alarms
from sipdomain.twilio.engine.turn import Turn


def test_what_is_due_goes_on_in_order() -> None:
    alarms, rung = Alarms(), list[str]()
    alarms.set(2.0, lambda _: rung.append("later"))
    alarms.set(1.0, lambda _: rung.append("sooner"))
    alarms.set(3.0, lambda _: rung.append("not yet"))
    alarms.ring(Turn(2.0))
    assert rung == ["sooner", "later"]
    assert alarms.deadline == 3.0


def test_a_crowd_of_alarms_takes_several_steps_which_are_due_at_once() -> None:
    alarms, rung = Alarms(), list[int]()
    for number in range(80):
        alarms.set(1.0, partial(_append, rung, number))
    alarms.ring(Turn(5.0))
    assert rung == list(range(50))
    assert alarms.deadline == 1.0
    alarms.ring(Turn(5.0))
    assert rung == list(range(80))
    assert alarms.deadline is None


def test_an_alarm_that_sets_another_for_now_ends_the_step_all_the_same() -> None:
    alarms, rung = Alarms(), list[float]()

    def again(turn: Turn) -> None:
        rung.append(turn.now)
        alarms.set(turn.now, again)

    alarms.set(1.0, again)
    alarms.ring(Turn(1.0))
    assert rung == [1.0] * 50


def test_an_alarm_that_was_cancelled_does_not_ring_and_none_is_no_alarm() -> None:
    alarms, rung = Alarms(), list[str]()
    alarm = alarms.set(1.0, lambda _: rung.append("rang"))
    alarms.cancel(alarm)
    alarms.cancel(None)
    alarms.ring(Turn(1.0))
    assert rung == []
    assert len(alarms) == 0


def _append(rung: list[int], number: int, _: Turn) -> None:
    rung.append(number)
