"""The activity of a call that has others called: it hears them ring, and says how it ended."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

from sipdomain.media.ring_tones import ring_tone
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.activities import Playing
from sipdomain.twilio.interpreter.activity import Activity
from sipdomain.twilio.interpreter.page import Page
from sipdomain.twilio.interpreter.voice import Dial
from sipdomain.twilio.store.recordings import RecordingWish
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

    __slots__ = ("_dial", "_recording", "_ringing")

    def __init__(self, page: Page, want: Call) -> None:
        super().__init__(page, want)
        self._dial: Dial | None = None
        self._ringing: Ringing | None = None
        self._recording: str | None = None

    def _begin(self, turn: Turn) -> None:
        want = replace(self._want, parties=tuple(self._located(each) for each in self._want.parties))
        voice = self._page.context.voice
        dial = voice.dialler.dial(want, voice, self, turn)
        if not self.over:
            self._dial = dial

    def _located(self, party: Party) -> Party:
        """Return a party whose URLs are absolute."""
        absolute = self._page.absolute_or_none
        return replace(party, url=absolute(party.url), callback=absolute(party.callback))

    # --- what the dialler reports ------------------------------------------------------------------------

    def rang(self, turn: Turn) -> None:
        """Hear that somebody's phone rings; a call that is not answered rings at the caller's own phone."""
        if self._page.context.voice.answered_at is None:
            return
        self._record("ringing", turn)
        self._ringing = Ringing(self._page, self._want)
        self._ringing.begin(_unheard, turn)

    def early(self, then: Then, turn: Turn) -> None:
        """Be ready to hear what a phone plays before it answers."""
        voice = self._page.context.voice
        self._hear_nothing(turn)
        if voice.answered_at is None:
            voice.early(then, turn)
        else:
            self._record("ringing", turn)
            then(turn)

    def answer(self, then: Then, turn: Turn) -> None:
        """Be answered, to hear who answered."""
        voice = self._page.context.voice
        if voice.answered_at is None:
            voice.answer(then, turn)
        else:
            then(turn)

    def bridged(self, turn: Turn) -> None:
        """Hear who answered."""
        self._hear_nothing(turn)
        self._record("answer", turn)
        if self._want.refer_url:
            self._page.context.transfer = self._transfer
        self._page.context.key_waits[self] = self._key_goes_across

    def _key_goes_across(self, _key: str, _turn: Turn) -> None:
        """Take a key that the other one hears."""
        self._page.context.key_waits[self] = self._key_goes_across

    def _transfer(self, to: str) -> Then:
        """Return what moves the one who answered to somebody, as the caller's phone wants: it goes on with the referUrl."""
        page, want, said = self._page, self._want, (("ReferTransferTarget", to),)

        def hand_over(turn: Turn) -> None:
            if self._dial is not None:
                self._dial.hand_over(page.absolute(want.refer_url), want.refer_method, said, turn)

        return hand_over

    def called(self, called: Called, turn: Turn) -> None:
        """Go on: it is over."""
        self._dial = self._page.context.transfer = None
        self._hear_nothing(turn)
        self._end(self._recorded(called, turn), turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        self._hear_nothing(turn)
        dial, self._dial = self._dial, None
        self._page.context.transfer = None
        if dial is not None:
            self._page.context.called = self._recorded(dial.leave(reason, turn), turn)

    # --- the recording -----------------------------------------------------------------------------------

    def _record(self, moment: Literal["ringing", "answer"], turn: Turn) -> None:
        """Begin the recording that is wanted from this moment on, or from one that has passed, unless it has begun."""
        want, page = self._want.recording, self._page
        if (
            want is None
            or self._recording is not None
            or (moment == "ringing" and want.begins_at == "answer")
        ):
            return
        wish = RecordingWish(
            channels=want.channels, track=want.track, trim=want.trim,
            callback_url=page.absolute_or_none(want.callback), callback_method=want.callback_method,
            callback_events=want.events,
        )  # fmt: skip
        recorder = page.context.voice.recorder
        self._recording = recorder.begin(wish, "DialVerb", turn, longest=0.0, ended=_ended)
        if self._recording is None:
            page.warn(20429, "error", "Too many recordings at once", turn)

    def _recorded(self, called: Called, turn: Turn) -> Called:
        """End the recording, if there is one, and say where it will be."""
        recording, self._recording = self._recording, None
        if recording is None:
            return called
        recorder = self._page.context.voice.recorder
        recorder.end(recording, turn)
        last = recorder.last
        return called if last is None else replace(called, recording_url=last.url)

    def _hear_nothing(self, turn: Turn) -> None:
        self._page.context.key_waits.pop(self, None)
        ringing, self._ringing = self._ringing, None
        if ringing is not None:
            ringing.stop("stopped", turn)


class RecallingCalled(Activity[LastCalled]):
    """Says how the last calls to others were that were interrupted."""

    __slots__ = ()

    def _begin(self, turn: Turn) -> None:
        called = self._page.context.called
        self._end(Failed(12400, "nobody was called") if called is None else called, turn)


def _ended(_turn: Turn) -> None:
    """Go on: the recording has ended, but not the dial."""


def _unheard(_happened: Happened, _turn: Turn) -> None:
    """Go on in silence: the tone cannot be rendered."""
