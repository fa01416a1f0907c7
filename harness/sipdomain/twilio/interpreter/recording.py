"""Records the call until a key, silence, its length or its end; and says what was recorded last."""

from __future__ import annotations

from sipdomain.media.silence import StartListening, StopListening
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.activity import Activity
from sipdomain.twilio.interpreter.page import Page
from sipdomain.twilio.store.recordings import RecordingWish
from sipdomain.twiml.program import Failed, Happened, Reason
from sipdomain.twiml.recording import LastRecording, Record, Recorded


class Recording(Activity[Record]):
    """Records the call."""

    __slots__ = ("_key", "_listener", "_sid")

    def __init__(self, page: Page, want: Record) -> None:
        super().__init__(page, want)
        self._sid: str | None = None
        self._listener = 0
        self._key = ""

    def _begin(self, turn: Turn) -> None:
        want, page, context = self._want, self._page, self._page.context
        wish = RecordingWish(
            channels=want.channels, track=want.track, trim=want.trim,
            callback_url=page.absolute_or_none(want.callback_url),
            callback_method=want.callback_method, callback_events=want.callback_events,
        )  # fmt: skip
        voice = context.voice
        self._sid = voice.recorder.begin(wish, want.source, turn, longest=want.longest, ended=self._ended)
        if self._sid is None:
            self._end(Failed(12400, "too many recordings are unfinished"), turn)
        if self.over:
            return
        if want.finish_on is not None:
            context.key_waits[self] = self._pressed
        if want.silence:
            self._listener = context.engine.identifiers.new_token()
            context.listeners[self._listener] = self._finish
            turn.out.append(StartListening(voice.session, self._listener, want.silence))

    def _pressed(self, key: str, turn: Turn) -> None:
        if key in (self._want.finish_on or ""):
            self._key = key
            self._finish(turn)
        else:
            self._page.context.key_waits[self] = self._pressed

    def _finish(self, turn: Turn) -> None:
        if self._sid is not None:
            self._page.context.voice.recorder.end(self._sid, turn)

    def _ended(self, turn: Turn) -> None:
        """Take the end of the recording, whoever ended it."""
        if not self.over:
            self._forget(turn)
            self._end(last_recording(self._page, self._key), turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        del reason
        self._forget(turn)
        self._finish(turn)

    def _forget(self, turn: Turn) -> None:
        context = self._page.context
        context.key_waits.pop(self, None)
        if context.listeners.pop(self._listener, None) is not None:
            turn.out.append(StopListening(context.voice.session, self._listener))


class Recalling(Activity[LastRecording]):
    """Says what was recorded last."""

    __slots__ = ()

    def _begin(self, turn: Turn) -> None:
        self._end(last_recording(self._page), turn)


def last_recording(page: Page, key: str = "") -> Happened:
    """Return what was recorded last, and with which key it ended."""
    last = page.context.voice.recorder.last
    if last is None:
        return Failed(12400, "nothing was recorded")
    return Recorded(last.url, last.duration, key)
