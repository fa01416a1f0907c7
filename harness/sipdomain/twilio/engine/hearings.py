"""Who hears words in calls: each is joined to the media side's news by a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from sipdomain.media.hearing import (
    HearingInput,
    HearingOver,
    SpeechBegan,
    StartHearing,
    StopHearing,
    WordsHeard,
)
from sipdomain.sip.timers import Alarm
from sipdomain.twilio.engine.alarms import Alarms
from sipdomain.twilio.engine.identifiers import Identifiers
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.webhooks.exchange import CallIdentity
from sipdomain.voice_entries import LONGEST_TEXT, Listener, SpeechHeard

Hears = Callable[[HearingInput, Turn], None]
"""Takes what is heard; after `HearingOver` nothing more."""
PATIENCE: Final = 15.0
"""How long after it was ended a hearing may still understand words, in seconds; then it is over all the same."""


@dataclass(slots=True)
class _Hearing:
    """One that is not over.

    Attributes:
        wish: What was asked for.
        by: What listens.
        identity: In which call.
        then: Takes what is heard.
        began_at: When the utterance that goes on began, or None.
        guard: Ends it when that was asked for and nothing comes; None before.
    """

    wish: StartHearing
    by: Listener
    identity: CallIdentity
    then: Hears
    began_at: float | None = None
    guard: Alarm[Then] | None = None


class Hearings:
    """Hearings that are not over."""

    __slots__ = ("_alarms", "_identifiers", "_open")

    def __init__(self, identifiers: Identifiers, alarms: Alarms) -> None:
        self._alarms = alarms
        self._identifiers = identifiers
        self._open: dict[int, _Hearing] = {}

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, wish: StartHearing, by: Listener, identity: CallIdentity, then: Hears, turn: Turn) -> int:
        """Hear words, and return the number by which that is ended; each utterance is written down.

        Args:
            wish: How; its number is filled in.
            by: What listens.
            identity: In which call.
            then: Takes what is heard.
            turn: Now, and where outputs go.
        """
        number = self._identifiers.new_token()
        self._open[number] = _Hearing(wish, by, identity, then)
        turn.out.append(replace(wish, hearing=number))
        return number

    def end(self, number: int, turn: Turn) -> None:
        """Hear no more, the words excepted that were said until now; harmless when it is over, or is ended already."""
        hearing = self._open.get(number)
        if hearing is not None and hearing.guard is None:
            session = hearing.wish.session
            turn.out.append(StopHearing(session, number))
            over = partial(self.heard, HearingOver(session, number))
            hearing.guard = self._alarms.set(turn.now + PATIENCE, over)

    def drop(self, number: int, turn: Turn) -> None:
        """Hear no more, and take no words that were said until now."""
        hearing = self._open.pop(number, None)
        if hearing is None:
            return
        if hearing.guard is None:
            turn.out.append(StopHearing(hearing.wish.session, number))
        self._alarms.cancel(hearing.guard)

    def heard(self, event: HearingInput, turn: Turn) -> None:
        """Take news; of what is over there is none."""
        hearing = self._open.get(event.hearing)
        if hearing is None:
            return
        match event:
            case SpeechBegan(began_at=at) if hearing.began_at is None:
                hearing.began_at = at
            case WordsHeard(final=True):
                self._note(hearing, event, turn)
            case HearingOver():
                del self._open[event.hearing]
                self._alarms.cancel(hearing.guard)
            case _:
                pass
        hearing.then(event, turn)

    @staticmethod
    def _note(hearing: _Hearing, event: WordsHeard, turn: Turn) -> None:
        """Write an utterance down."""
        began_at, hearing.began_at = hearing.began_at, None
        turn.out.append(
            SpeechHeard(
                at=turn.now, call_sid=hearing.identity.call_sid, call_id=hearing.identity.call_id,
                began_at=turn.now if began_at is None else began_at, text=event.text[:LONGEST_TEXT], by=hearing.by,
                side=hearing.wish.side, confidence=event.confidence,
            )
        )  # fmt: skip
