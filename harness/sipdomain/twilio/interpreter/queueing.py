"""The activities of calls in a queue: one waits with music or a document until it is taken out or leaves; one dials it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sipdomain.sip.timers import Alarm
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.activity import Activity
from sipdomain.twilio.interpreter.meanwhile import Meanwhile
from sipdomain.twilio.interpreter.page import Page
from sipdomain.twiml.meeting import (
    Dequeued,
    DialQueue,
    DialResult,
    Enqueue,
    LastQueue,
    QueueDialled,
    QueueResult,
)
from sipdomain.twiml.program import (
    Continue,
    Crash,
    Failed,
    Leave,
    Nested,
    Outcome,
    Parameters,
    Reason,
)

ALLOWED: Final = frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"})
"""What may stand in a waitUrl document."""
MISPLACED: Final = 14202
WHISPER_ALLOWED: Final = frozenset({"Play", "Say", "Pause", "Redirect"})
"""What may stand in a document that is heard before two are connected."""
WHISPER_MISPLACED: Final = 14211
FULL: Final = 14207
SHORTEST_ROUND: Final = 1.0
"""A waitUrl document that is over sooner, in seconds, is asked for again no earlier than that (assumed)."""


class Queueing(Activity[Enqueue]):
    """Waits in a queue."""

    __slots__ = ("_alarm", "_documents", "_taken", "_waiting")

    def __init__(self, page: Page, want: Enqueue) -> None:
        super().__init__(page, want)
        self._waiting = Meanwhile(page)
        self._alarm: Alarm[Then] | None = None
        self._documents = 0
        self._taken = False

    def _begin(self, turn: Turn) -> None:
        page, want, voice = self._page, self._want, self._page.context.voice
        refused = voice.queues.enter(want, voice, self, turn)
        if refused is not None:
            if refused.result == "queue-full":
                page.warn(FULL, "warning", f"as many calls as may wait in {want.name!r} at once", turn)
            self.left(refused, turn)
        elif self._taken:
            return  # Somebody waited for the next one to come.
        elif want.wait_url is None:
            self._waiting.music(turn)
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
        self._waiting.documents(wait, ended, turn)

    def _leave(self, result: QueueResult, turn: Turn) -> None:
        voice = self._page.context.voice
        self.left(voice.queues.leave(voice.identity.call_sid, result, turn), turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        voice = self._page.context.voice
        self._hear_nothing(turn)
        result: QueueResult = "redirected" if reason == "redirected" else "hangup"
        self._page.context.queue = voice.queues.leave(voice.identity.call_sid, result, turn)

    # --- what the queue lets it do -----------------------------------------------------------------------

    def taken(self, url: str, method: str, parameters: Parameters, then: Then, turn: Turn) -> None:
        """Hear no more of what is heard meanwhile; hear a document, if there is a URL; then go on with `then`."""
        self._taken = True
        self._hear_nothing(turn)
        if not url:
            then(turn)
            return

        def whispered(_outcome: Outcome, turn: Turn) -> None:
            # One that cannot be had is an alert, and the two are connected all the same (rule queue-whisper-failed).
            if not self.over:
                then(turn)

        whisper = Nested(url, method, parameters, allowed=WHISPER_ALLOWED, misplaced=WHISPER_MISPLACED)
        self._waiting.documents(whisper, whispered, turn)

    def left(self, dequeued: Dequeued, turn: Turn) -> None:
        """Go on elsewhere: it is over."""
        self._hear_nothing(turn)
        self._page.context.queue = dequeued
        self._end(dequeued, turn)

    def _hear_nothing(self, turn: Turn) -> None:
        """Hear no more."""
        self._page.context.engine.alarms.cancel(self._alarm)
        self._waiting.stop(turn)


class DiallingQueue(Activity[DialQueue]):
    """Dials a queue: waits for somebody to come, and is over when the two have talked."""

    __slots__ = ("_alarm", "_give_up_at")

    def __init__(self, page: Page, want: DialQueue) -> None:
        super().__init__(page, want)
        self._alarm: Alarm[Then] | None = None
        self._give_up_at = 0.0

    def _begin(self, turn: Turn) -> None:
        page, want, voice = self._page, self._want, self._page.context.voice
        self._give_up_at = turn.now + want.timeout
        self._set(self._give_up_at, "no-answer", turn)
        if want.whisper_url:
            want = replace(want, whisper_url=page.absolute(want.whisper_url))
        refused = voice.queues.dial(want, voice, self, turn)
        if refused is not None:
            self.parted(refused, turn)

    def _set(self, at: float, status: DialResult, turn: Turn) -> None:
        voice, alarms = self._page.context.voice, self._page.context.engine.alarms

        def ring(turn: Turn) -> None:
            self.parted(voice.queues.give_up(voice.identity.call_sid, status, turn), turn)

        alarms.cancel(self._alarm)
        self._alarm = alarms.set(max(turn.now, at), ring)

    # --- what the queue reports --------------------------------------------------------------------------

    def matched(self, turn: Turn) -> None:
        """Wait no more: somebody was taken out."""
        del turn
        self._page.context.engine.alarms.cancel(self._alarm)

    def missed(self, turn: Turn) -> None:
        """Wait on: that one is gone before the two were connected."""
        self._set(self._give_up_at, "no-answer", turn)

    def connected(self, turn: Turn) -> None:
        """Talk to that one, no longer than may be."""
        self._set(turn.now + self._want.time_limit, "completed", turn)

    def parted(self, dialled: QueueDialled, turn: Turn) -> None:
        """Go on: it is over."""
        self._page.context.engine.alarms.cancel(self._alarm)
        self._page.context.queue = dialled
        self._end(dialled, turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        del reason
        voice = self._page.context.voice
        self._page.context.engine.alarms.cancel(self._alarm)
        self._page.context.queue = voice.queues.give_up(voice.identity.call_sid, "canceled", turn)


class RecallingQueue(Activity[LastQueue]):
    """Says how it ended that was last done with a queue."""

    __slots__ = ()

    def _begin(self, turn: Turn) -> None:
        last = self._page.context.queue
        self._end(Failed(12400, "the call was in no queue") if last is None else last, turn)
