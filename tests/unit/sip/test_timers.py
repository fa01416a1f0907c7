"""The heap of timers."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from sipdomain.sip.timers import TimerQueue, Timers, whole_seconds


def test_alarms_ring_in_order_of_time_then_of_setting() -> None:
    queue: TimerQueue[str] = TimerQueue()
    for at, name in [(3.0, "late"), (1.0, "first"), (2.0, "b"), (2.0, "c")]:
        queue.set(at, name)

    assert queue.deadline == 1.0
    assert list(queue.due(0.5)) == []
    assert list(queue.due(2.0)) == ["first", "b", "c"]
    assert queue.deadline == 3.0
    assert len(queue) == 1


def test_an_alarm_armed_while_others_ring_rings_too_when_it_is_due() -> None:
    queue: TimerQueue[str] = TimerQueue()
    queue.set(1.0, "first")
    rung = []

    for name in queue.due(1.0):
        rung.append(name)
        if name == "first":
            queue.set(1.0, "at once")
            queue.set(1.5, "later")

    assert rung == ["first", "at once"]
    assert queue.deadline == 1.5


def test_a_cancelled_alarm_is_silent() -> None:
    queue: TimerQueue[str] = TimerQueue()
    first, second = queue.set(1.0, "a"), queue.set(2.0, "b")

    queue.cancel(first)
    queue.cancel(first)

    assert len(queue) == 1
    assert queue.deadline == 2.0
    assert list(queue.due(5.0)) == ["b"]
    queue.cancel(second)
    assert len(queue) == 0
    assert queue.deadline is None


def test_many_cancelled_alarms_are_swept() -> None:
    queue: TimerQueue[int] = TimerQueue()
    alarms = [queue.set(float(number), number) for number in range(2_000)]

    for alarm in alarms[:-3]:
        queue.cancel(alarm)

    assert len(queue) == 3
    assert list(queue.due(1e9)) == [1997, 1998, 1999]
    assert len(queue) == 0


def test_the_base_values_are_those_of_the_rfc() -> None:
    assert Timers() == Timers(t1=0.5, t2=4.0, t4=5.0)


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [(0.0, 0), (0.001, 1), (1.0, 1), (1.5, 2), (3599.000001, 3600), (3600.0000000004657, 3600), (-0.2, 0)],
)
def test_a_begun_second_counts_and_a_rounding_error_begins_none(duration: float, seconds: int) -> None:
    assert whole_seconds(duration) == seconds


@given(st.floats(0, 2**31), st.integers(0, 86_400))
def test_a_duration_survives_being_the_difference_of_two_moments(now: float, duration: int) -> None:
    assert whole_seconds((now + duration) - now) == duration


def test_so_many_ring_at_once_and_the_others_are_due_still() -> None:
    queue: TimerQueue[int] = TimerQueue()
    for number in range(120):
        queue.set(1.0, number)
    assert list(queue.due(2.0)) == list(range(50))
    assert queue.deadline == 1.0
    assert list(queue.due(2.0)) == list(range(50, 100))
    assert list(queue.due(2.0)) == list(range(100, 120))
    assert queue.deadline is None
