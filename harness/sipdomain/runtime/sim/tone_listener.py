"""Who hears keys as tones in virtual time: looks at the spans that come, while any do."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Final

from sipdomain.media.dtmf import Pressed
from sipdomain.media.tone_detector import ToneDetector
from sipdomain.runtime.clock import Alarm
from sipdomain.runtime.sim.sound import SimEar, rendered

_STEP: Final = 0.1
"""How often it looks, in seconds."""


class SimToneListener:
    """Hears the keys in what a session hears."""

    __slots__ = ("_alarm", "_call_at", "_detector", "_ear", "_heard", "_looked_at")

    def __init__(
        self,
        ear: SimEar,
        call_at: Callable[[float, Callable[[], None]], Alarm],
        heard: Callable[[Pressed], None],
    ) -> None:
        """Wait for `wake`.

        Args:
            ear: What the session hears.
            call_at: The clock's.
            heard: Called with each key that ended.
        """
        self._ear = ear
        self._call_at = call_at
        self._heard = heard
        self._detector = ToneDetector()
        self._looked_at = 0.0
        self._alarm: Alarm | None = None

    def wake(self, now: float) -> None:
        """Take note that something comes from now on."""
        if self._alarm is None:
            self._looked_at = now
            self._await(now)

    def stop(self) -> None:
        """Hear no more."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _await(self, now: float) -> None:
        self._alarm = self._call_at(now + _STEP, lambda: self._look(now + _STEP))

    def _look(self, now: float) -> None:
        since, self._looked_at, self._alarm = self._looked_at, now, None
        for pressed in self._detector.take(rendered(self._ear.spans, since, now, self._ear.library), now):
            self._heard(pressed)
        if any(each.stop_at > now for each in self._ear.spans):
            self._await(now)
            return
        for pressed in self._detector.idle(inf):
            self._heard(pressed)
