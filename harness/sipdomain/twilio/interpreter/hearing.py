"""Transcribes the call until it is over, or `<Stop>` or the REST API says so."""

from __future__ import annotations

from dataclasses import replace

from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.activity import Activity
from sipdomain.twilio.interpreter.page import Page
from sipdomain.twiml.hearing import Transcribe
from sipdomain.twiml.program import Done, Failed, Reason


class Transcribing(Activity[Transcribe]):
    """Transcribes the call."""

    __slots__ = ("_sid",)

    def __init__(self, page: Page, want: Transcribe) -> None:
        super().__init__(page, want)
        self._sid: str | None = None

    def _begin(self, turn: Turn) -> None:
        want, page = self._want, self._page
        wish = replace(want, callback_url=page.absolute_or_none(want.callback_url))
        self._sid = page.context.voice.transcriber.begin(wish, turn, ended=self._ended)
        if self._sid is None:
            self._end(Failed(12400, "too many transcriptions go on"), turn)

    def _ended(self, turn: Turn) -> None:
        self._end(Done(), turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        del reason
        if self._sid is not None:
            self._page.context.voice.transcriber.end(self._sid, turn)
