"""Sends the call's audio to a session recording server, until that or the call ends."""

from __future__ import annotations

from dataclasses import replace

from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.activity import Activity
from sipdomain.twilio.interpreter.page import Page
from sipdomain.twiml.program import Done, Failed, Reason
from sipdomain.twiml.siprec import OpenSiprec


class Siprecing(Activity[OpenSiprec]):
    """Records the call elsewhere."""

    __slots__ = ("_sid",)

    def __init__(self, page: Page, want: OpenSiprec) -> None:
        super().__init__(page, want)
        self._sid = ""

    def _begin(self, turn: Turn) -> None:
        want, page = self._want, self._page
        wish = replace(want, callback_url=page.absolute_or_none(want.callback_url))
        siprecs = page.context.voice.siprecs
        if siprecs is None:
            self._end(Failed(12200, "a room is not recorded elsewhere"), turn)
        else:
            self._sid = siprecs.begin(wish, turn, ended=self._ended)

    def _ended(self, turn: Turn) -> None:
        self._end(Done(), turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        del reason
        siprecs = self._page.context.voice.siprecs
        if siprecs is not None:
            siprecs.end(self._sid, turn)
