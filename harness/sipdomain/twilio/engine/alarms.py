"""The moments that calls wait for: no answer, a time limit, the end of a prompt."""

from __future__ import annotations

from itertools import islice
from typing import Final

from sipdomain.sip.timers import TimerQueue
from sipdomain.twilio.engine.turn import Then, Turn

MOST_AT_ONCE: Final = 200
"""How many alarms ring in one step, at most; those left over ring in the next, which is due at once."""


class Alarms(TimerQueue[Then]):
    """A heap of moments; at each, something that was set for it goes on."""

    __slots__ = ()

    def ring(self, turn: Turn) -> None:
        """Let what is due go on, in order, `MOST_AT_ONCE` at most."""
        for then in islice(self.due(turn.now), MOST_AT_ONCE):
            then(turn)
