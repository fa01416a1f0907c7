"""Presses keys in a call, one after another: `<Play digits>` and SendDigits."""

from __future__ import annotations

from functools import partial
from typing import Final

from sipdomain.media.outputs import SendDtmf
from sipdomain.sip.timers import Alarm
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Then, Turn

_WAITS: Final = {"w": 0.5, "W": 1.0}
_KEY: Final = 0.2
"""How long a pressed key takes with the pause after it, in seconds."""


class Keypad:
    """The keys of one session: telephone-events where these were agreed on, else tones (the media side knows)."""

    __slots__ = ("_alarm", "_engine", "_session")

    def __init__(self, engine: Engine, session: str) -> None:
        self._engine = engine
        self._session = session
        self._alarm: Alarm[Then] | None = None

    def press(self, digits: str, then: Then, turn: Turn) -> None:
        """Press keys, and call `then` when the last one is over.

        Args:
            digits: 0-9, A-D, * and #; w waits half a second, W a whole one.
            then: Told at the end; at once when there is nothing to press.
            turn: Now, and where outputs go.
        """
        self._alarm = None
        if not digits:
            then(turn)
            return
        key, rest = digits[0], digits[1:]
        wait = _WAITS.get(key)
        if wait is None:
            turn.out.append(SendDtmf(self._session, key.upper()))
        at = turn.now + (_KEY if wait is None else wait)
        self._alarm = self._engine.alarms.set(at, partial(self.press, rest, then))

    def stop(self) -> None:
        """Press no more."""
        self._engine.alarms.cancel(self._alarm)
        self._alarm = None
