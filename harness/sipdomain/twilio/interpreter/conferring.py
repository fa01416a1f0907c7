"""The activity of a call in a conference: it waits with music, takes part, and hears announcements."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.activity import Activity
from sipdomain.twilio.interpreter.meanwhile import Meanwhile
from sipdomain.twilio.interpreter.page import Page
from sipdomain.twiml.meeting import Confer, Conferred
from sipdomain.twiml.program import Crash, Failed, Nested, Outcome, Reason

ALLOWED: Final = frozenset({"Play", "Say", "Pause", "Redirect"})
"""What may stand in a waitUrl, holdUrl or announceUrl document."""
MISPLACED: Final = 13238


class Conferring(Activity[Confer]):
    """Takes part in a conference."""

    __slots__ = ("_announced", "_waiting")

    def __init__(self, page: Page, want: Confer) -> None:
        super().__init__(page, want)
        self._waiting = Meanwhile(page)
        self._announced = Meanwhile(page)

    def _begin(self, turn: Turn) -> None:
        page, want = self._page, self._want
        voice = page.context.voice
        if want.wait_url:
            want = replace(want, wait_url=page.absolute(want.wait_url))
        if want.callback:
            want = replace(want, callback=page.absolute(want.callback))
        if want.recording_callback:
            want = replace(want, recording_callback=page.absolute(want.recording_callback))
        refused = voice.conferences.join(want, voice, self, turn)
        if refused is not None:
            page.warn(refused.code, "error", refused.reason, turn)
            self._end(refused, turn)

    # --- what the conference lets it hear ----------------------------------------------------------------

    def wait(self, url: str | None, method: str, turn: Turn, *, vital: bool) -> None:
        """Hear a document or a sound in place of the others."""
        self.stop_waiting(turn)

        def waited(outcome: Outcome, turn: Turn) -> None:
            if vital and isinstance(outcome, Crash):
                self._give_up(outcome.failure, turn)

        if url is None:
            self._waiting.music(turn)
        elif url:
            want = Nested(url, method, allowed=ALLOWED, misplaced=MISPLACED)
            self._waiting.documents(want, waited, turn)

    def stop_waiting(self, turn: Turn) -> None:
        """Hear that no more."""
        self._waiting.stop(turn)

    def announce(self, url: str, method: str, turn: Turn) -> None:
        """Hear a document besides the others; one that is heard already is cut short."""
        want = Nested(url, method, allowed=ALLOWED, misplaced=MISPLACED)
        self._announced.documents(want, _whatever, turn)

    # --- the end -----------------------------------------------------------------------------------------

    def left(self, sid: str, turn: Turn) -> None:
        """Go on elsewhere: the conference is over, or the call was taken out of it."""
        self._hear_nothing(turn)
        self._end(Conferred(sid), turn)

    def _give_up(self, failure: Failed, turn: Turn) -> None:
        if not self.over:
            self._hear_nothing(turn)
            self._leave("stopped", turn)
            self._end(failure, turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        self._hear_nothing(turn)
        self._leave(reason, turn)

    def _leave(self, reason: Reason, turn: Turn) -> None:
        voice = self._page.context.voice
        voice.conferences.leave(voice.identity.call_sid, reason, turn)

    def _hear_nothing(self, turn: Turn) -> None:
        self.stop_waiting(turn)
        self._announced.stop(turn)


def _whatever(_outcome: Outcome, _turn: Turn) -> None:
    """Let an announcement end as it may."""
