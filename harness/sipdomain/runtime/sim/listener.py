"""Who waits for silence in virtual time: looks at the spans that came, when they may have been silent long enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sipdomain.media import g711
from sipdomain.media.silence import SilenceMeter
from sipdomain.runtime.clock import Alarm
from sipdomain.runtime.sim.sound import SimEar, rendered

_STEP: Final = 60.0
"""How much is looked at in one go, in seconds."""
_CODEC: Final = "PCMU"
_SHORTEST: Final = 0.02
"""How long it waits at least before it looks again, in seconds."""
_ROUNDING: Final = 0.001


class SimListener:
    """Waits for silence in what a session hears."""

    __slots__ = ("_alarm", "_call_at", "_ear", "_heard", "_looked_at", "_meter", "_silence")

    def __init__(
        self, ear: SimEar, silence: float, call_at: Callable[[float, Callable[[], None]], Alarm],
        heard: Callable[[], None],
    ) -> None:  # fmt: skip
        """Wait for `flow`.

        Args:
            ear: What the session hears.
            silence: How many seconds of silence are waited for.
            call_at: The clock's.
            heard: Called once, when it was silent for so long.
        """
        self._ear = ear
        self._silence = silence
        self._call_at = call_at
        self._heard = heard
        self._meter = SilenceMeter()
        self._looked_at: float | None = None
        self._alarm: Alarm | None = None

    def flow(self, now: float, *, flowing: bool) -> None:
        """Take note that audio comes from now on, or no more: only what comes can be silent."""
        self._look(now)
        self._looked_at = now if flowing else None
        self._await(now)

    def stop(self) -> None:
        """Wait no more."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _await(self, now: float) -> None:
        self.stop()
        if self._looked_at is not None:
            wait = min(_STEP, max(_SHORTEST, self._silence - self._meter.silence))
            self._alarm = self._call_at(now + wait, lambda: self._ring(now + wait))

    def _ring(self, now: float) -> None:
        self._alarm = None
        self._look(now)
        if self._meter.silence >= self._silence - _ROUNDING:
            self._heard()
        else:
            self._await(now)

    def _look(self, now: float) -> None:
        """Measure what came since it was looked at last."""
        since = self._looked_at
        if since is None:
            return
        self._looked_at = now
        spans = [each for each in self._ear.spans if each.start_at < now and each.stop_at > since]
        if spans:
            self._meter.take(g711.encode(rendered(spans, since, now, self._ear.library), _CODEC), _CODEC)
        else:
            self._meter.take_silence(now - since)
