"""One heap of timers, lazily cancelled, and the base values of RFC 3261 section 17."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import ceil
from typing import Final, Generic, TypeVar

T = TypeVar("T")

MOST_AT_ONCE: Final = 50
"""How many alarms of one queue ring in one step; to end 50 calls takes some 7 ms."""


def whole_seconds(duration: float) -> int:
    """Return a duration as delta-seconds: a begun second counts in full (RFC 3261 section 25.1).

    Less than a microsecond begins none: it is what the difference of two moments carries as rounding, so
    that `(now + 3600) - now` is 3600 seconds at any `now`.
    """
    return ceil(round(duration, 6))


@dataclass(frozen=True, slots=True)
class Timers:
    """The base values, in seconds (RFC 3261 table 4).

    Attributes:
        t1: The round-trip estimate.
        t2: The longest interval between retransmissions.
        t4: How long a message may stay in the network.
    """

    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0


def earliest(*moments: float | None) -> float | None:
    """Return the earliest of several moments, each of which may be None; None when all are."""
    found = None
    for at in moments:
        if at is not None and (found is None or at < found):
            found = at
    return found


class Alarm(Generic[T]):
    """A moment at which `target` is due; cancelled by `TimerQueue.cancel`."""

    __slots__ = ("at", "number", "target")

    def __init__(self, at: float, number: int, target: T) -> None:
        self.at = at
        self.number = number
        self.target: T | None = target


class TimerQueue(Generic[T]):
    """A heap of alarms. Cancelled ones are swept when they outnumber the living."""

    __slots__ = ("_cancelled", "_heap", "_number")

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Alarm[T]]] = []
        self._number = 0
        self._cancelled = 0

    def set(self, at: float, target: T) -> Alarm[T]:
        """Arm an alarm."""
        self._number += 1
        alarm = Alarm(at, self._number, target)
        heappush(self._heap, (at, self._number, alarm))
        return alarm

    def cancel(self, alarm: Alarm[T] | None) -> None:
        """Disarm an alarm, if there is one; harmless when it has rung."""
        if alarm is None or alarm.target is None:
            return
        alarm.target = None
        self._cancelled += 1
        if self._cancelled > 256 and self._cancelled * 2 > len(self._heap):
            self._heap = [entry for entry in self._heap if entry[2].target is not None]
            heapify(self._heap)
            self._cancelled = 0

    @property
    def deadline(self) -> float | None:
        """The earliest moment at which something is due, or None."""
        heap = self._heap
        while heap and heap[0][2].target is None:
            heappop(heap)
            self._cancelled -= 1
        return heap[0][0] if heap else None

    def due(self, now: float) -> Iterator[T]:
        """Take out, in order, the targets of alarms up to `now`, also those armed meanwhile: `MOST_AT_ONCE` at most.

        While more wait, `deadline` is a moment that is past.
        """
        for _ in range(MOST_AT_ONCE):
            deadline = self.deadline
            if deadline is None or deadline > now:
                return
            alarm = heappop(self._heap)[2]
            target, alarm.target = alarm.target, None
            if target is not None:
                yield target

    def __len__(self) -> int:
        return len(self._heap) - self._cancelled
