"""The activity of a call in a queue: it waits with music or a document over and over, until it is taken out or leaves."""

from __future__ import annotations

from typing import Final

from sipdomain.sip.timers import Alarm
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.activities import PlayingMusic
from sipdomain.twilio.interpreter.activity import Activity
from sipdomain.twilio.interpreter.page import Documents, Page
from sipdomain.twiml.meeting import Dequeued, Enqueue, LastQueue, QueueResult
from sipdomain.twiml.program import (
    Continue,
    Crash,
    Failed,
    Happened,
    Leave,
    Nested,
    Outcome,
    PlayMusic,
    Reason,
)

ALLOWED: Final = frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"})
"""What may stand in a waitUrl document."""
MISPLACED: Final = 14202
FULL: Final = 14207
SHORTEST_ROUND: Final = 1.0
"""A waitUrl document that is over sooner, in seconds, is asked for again no earlier than that (assumed)."""


class Queueing(Activity[Enqueue]):
    """Waits in a queue."""

    __slots__ = ("_alarm", "_documents", "_music", "_waiting")

    def __init__(self, page: Page, want: Enqueue) -> None:
        super().__init__(page, want)
        self._music: PlayingMusic | None = None
        self._waiting: Documents | None = None
        self._alarm: Alarm[Then] | None = None
        self._documents = 0

    def _begin(self, turn: Turn) -> None:
        page, want, voice = self._page, self._want, self._page.context.voice
        refused = voice.queues.enter(want, voice, self, turn)
        if refused is not None:
            if refused.result == "queue-full":
                page.warn(FULL, "warning", f"as many calls as may wait in {want.name!r} at once", turn)
            self._over(refused, turn)
        elif want.wait_url is None:
            self._music = PlayingMusic(page, PlayMusic())
            self._music.begin(_unheard, turn)
        elif want.wait_url:
            self._documents = page.context.documents
            self._round(turn)

    def _round(self, turn: Turn) -> None:
        """Ask for the waitUrl document, and carry it out once."""
        page, want, voice = self._page, self._want, self._page.context.voice
        standing = voice.queues.standing(voice.identity.call_sid, turn)
        # However long a call waits, it asks for too many documents only where one of them leads to ever more.
        page.context.documents = self._documents
        self._alarm, began_at = None, turn.now

        def ended(outcome: Outcome, turn: Turn) -> None:
            if self.over:
                return
            self._waiting = None
            match outcome:
                case Continue():
                    at = max(turn.now, began_at + SHORTEST_ROUND)
                    self._alarm = page.context.engine.alarms.set(at, self._round)
                case Leave():
                    self._leave("leave", turn)
                case Crash():
                    self._leave("error", turn)
                case _:
                    voice.hang_up(turn)

        wait = Nested(
            page.absolute(want.wait_url or ""),
            want.wait_method,
            standing,
            allowed=ALLOWED,
            misplaced=MISPLACED,
        )
        waiting = page.nest(wait, ended, turn)
        if self.over:
            waiting.leave("stopped", turn)
        else:
            self._waiting = waiting

    def _leave(self, result: QueueResult, turn: Turn) -> None:
        voice = self._page.context.voice
        self._let_go(turn)
        self._over(voice.queues.leave(voice.identity.call_sid, result, turn), turn)

    def _over(self, happened: Dequeued, turn: Turn) -> None:
        self._page.context.queue = happened
        self._end(happened, turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        voice = self._page.context.voice
        self._let_go(turn)
        result: QueueResult = "redirected" if reason == "redirected" else "hangup"
        self._page.context.queue = voice.queues.leave(voice.identity.call_sid, result, turn)

    def _let_go(self, turn: Turn) -> None:
        """Hear no more."""
        music, self._music = self._music, None
        waiting, self._waiting = self._waiting, None
        self._page.context.engine.alarms.cancel(self._alarm)
        if music is not None:
            music.stop("stopped", turn)
        if waiting is not None:
            waiting.leave("stopped", turn)


class RecallingQueue(Activity[LastQueue]):
    """Says how it ended that was last done with a queue."""

    __slots__ = ()

    def _begin(self, turn: Turn) -> None:
        last = self._page.context.queue
        self._end(Failed(12400, "the call was in no queue") if last is None else last, turn)


def _unheard(_happened: Happened, _turn: Turn) -> None:
    """Go on in silence: the music cannot be rendered."""
