"""The moments that calls wait for: no answer, a time limit, the end of a prompt."""

from __future__ import annotations

from sipdomain.sip.timers import TimerQueue
from sipdomain.twilio.engine.turn import Then, Turn


class Alarms(TimerQueue[Then]):
    """A heap of moments; at each, something that was set for it goes on."""

    __slots__ = ()

    def ring(self, turn: Turn) -> None:
        """Let what is due go on, in order; what is too much for one step is due at once in the next."""
        for then in self.due(turn.now):
            then(turn)
