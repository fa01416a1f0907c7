"""The activity of a call that has others called: it hears them ring, and says how it ended."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from sipdomain.media.ring_tones import ring_tone
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.activities import Playing
from sipdomain.twilio.interpreter.activity import Activity
from sipdomain.twilio.interpreter.page import Page
from sipdomain.twilio.interpreter.voice import Dial
from sipdomain.twiml.dialling import Call, Called, LastCalled, Party
from sipdomain.twiml.program import Failed, Happened, Reason
from sipdomain.voice_entries import PlayedKind


class Ringing(Playing[Call]):
    """Lets the caller hear that it rings, over and over."""

    __slots__ = ()

    _kind: ClassVar[PlayedKind] = "ringing"

    def _begin(self, turn: Turn) -> None:
        self._play(ring_tone(self._want.ring_tone), turn)

    def _played(self, turn: Turn) -> None:
        self._forget()
        self._begin(turn)


class Calling(Activity[Call]):
    """Has others called, and is over when the last of them is gone."""

    __slots__ = ("_dial", "_ringing")

    def __init__(self, page: Page, want: Call) -> None:
        super().__init__(page, want)
        self._dial: Dial | None = None
        self._ringing: Ringing | None = None

    def _begin(self, turn: Turn) -> None:
        want = replace(self._want, parties=tuple(self._located(each) for each in self._want.parties))
        voice = self._page.context.voice
        dial = voice.dialler.dial(want, voice, self, turn)
        if not self.over:
            self._dial = dial

    def _located(self, party: Party) -> Party:
        """Return a party whose URLs are absolute."""
        absolute = self._page.absolute
        return replace(
            party,
            url=absolute(party.url) if party.url else "",
            callback=absolute(party.callback) if party.callback else "",
        )

    # --- what the dialler reports ------------------------------------------------------------------------

    def rang(self, turn: Turn) -> None:
        """Hear that somebody's phone rings."""
        self._ringing = Ringing(self._page, self._want)
        self._ringing.begin(_unheard, turn)

    def bridged(self, turn: Turn) -> None:
        """Hear who answered."""
        self._hear_nothing(turn)

    def called(self, called: Called, turn: Turn) -> None:
        """Go on: it is over."""
        self._dial = None
        self._hear_nothing(turn)
        self._end(called, turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        self._hear_nothing(turn)
        dial, self._dial = self._dial, None
        if dial is not None:
            self._page.context.called = dial.leave(reason, turn)

    def _hear_nothing(self, turn: Turn) -> None:
        ringing, self._ringing = self._ringing, None
        if ringing is not None:
            ringing.stop("stopped", turn)


class RecallingCalled(Activity[LastCalled]):
    """Says how the last calls to others were that were interrupted."""

    __slots__ = ()

    def _begin(self, turn: Turn) -> None:
        called = self._page.context.called
        self._end(Failed(12400, "nobody was called") if called is None else called, turn)


def _unheard(_happened: Happened, _turn: Turn) -> None:
    """Go on in silence: the tone cannot be rendered."""
