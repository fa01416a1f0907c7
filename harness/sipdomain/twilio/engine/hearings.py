"""Who hears words in calls: each is joined to the media side's news by a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from sipdomain.media.hearing import HearingInput, HearingOver, StartHearing, StopHearing
from sipdomain.sip.timers import Alarm
from sipdomain.twilio.engine.alarms import Alarms
from sipdomain.twilio.engine.identifiers import Identifiers
from sipdomain.twilio.engine.turn import Then, Turn

Hears = Callable[[HearingInput, Turn], None]
"""Takes what is heard; after `HearingOver` nothing more."""
PATIENCE: Final = 15.0
"""How long after it was ended a hearing may still understand words, in seconds; then it is over all the same."""


class Hearings:
    """Hearings that are not over."""

    __slots__ = ("_alarms", "_guards", "_identifiers", "_open", "_sessions")

    def __init__(self, identifiers: Identifiers, alarms: Alarms) -> None:
        self._identifiers = identifiers
        self._alarms = alarms
        self._open: dict[int, Hears] = {}
        self._sessions: dict[int, str] = {}
        self._guards: dict[int, Alarm[Then]] = {}

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, wish: StartHearing, then: Hears, turn: Turn) -> int:
        """Hear words, and return the number by which that is ended.

        Args:
            wish: How; its number is filled in.
            then: Takes what is heard.
            turn: Now, and where outputs go.
        """
        number = self._identifiers.new_token()
        self._open[number] = then
        self._sessions[number] = wish.session
        turn.out.append(replace(wish, hearing=number))
        return number

    def end(self, number: int, turn: Turn) -> None:
        """Hear no more, the words excepted that were said until now; harmless when it is over, or is ended already."""
        session = self._sessions.pop(number, None)
        if session is not None:
            turn.out.append(StopHearing(session, number))
            over = partial(self.heard, HearingOver(session, number))
            self._guards[number] = self._alarms.set(turn.now + PATIENCE, over)

    def drop(self, number: int, turn: Turn) -> None:
        """Hear no more, and take no words that were said until now."""
        session = self._sessions.pop(number, None)
        if session is not None:
            turn.out.append(StopHearing(session, number))
        self._open.pop(number, None)
        self._alarms.cancel(self._guards.pop(number, None))

    def heard(self, event: HearingInput, turn: Turn) -> None:
        """Take news; of what is over there is none."""
        then = self._open.get(event.hearing)
        if then is None:
            return
        if isinstance(event, HearingOver):
            del self._open[event.hearing]
            self._sessions.pop(event.hearing, None)
            self._alarms.cancel(self._guards.pop(event.hearing, None))
        then(event, turn)
