"""The recordings of one call: begun, paused, ended, and reported to their callback URLs."""

from __future__ import annotations

from typing import Final

from sipdomain.media.outputs import (
    PauseRecording,
    RecordingDone,
    ResumeRecording,
    StartRecording,
    StopRecording,
)
from sipdomain.media.recording import LONGEST, RecordingClock, seconds
from sipdomain.sip.timers import Alarm
from sipdomain.twilio.calls.audible import Audible
from sipdomain.twilio.engine.callback_queue import CallbackQueue, timestamp
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.voice import LastRecording
from sipdomain.twilio.store.recordings import (
    RecordingEvent,
    RecordingOrder,
    RecordingRecord,
    RecordingSource,
    RecordingWish,
    whole_seconds,
)
from sipdomain.twilio.webhooks.exchange import ordered
from sipdomain.voice_entries import RecordingEnded

TOO_SHORT: Final = 16101
SILENT: Final = 16102


class Recorder:
    """Carries the recordings of a call out, and ends them with it."""

    __slots__ = ("_call", "_callbacks", "_engine", "_last", "_open", "_running")

    def __init__(self, engine: Engine, recorders: dict[str, Recorder], call: Audible) -> None:
        """Record a call; what is not finished stands in `recorders`, by its SID."""
        self._engine = engine
        self._open = recorders
        self._call = call
        self._running: dict[str, _Running] = {}
        self._callbacks: dict[str, _Callbacks] = {}
        self._last: tuple[RecordingRecord, int] | None = None

    @property
    def call_id(self) -> str:
        """The SIP Call-ID of the call."""
        return self._call.identity.call_id

    def carry_out(self, order: RecordingOrder, record: RecordingRecord, turn: Turn) -> None:
        """Do what was asked for with a recording of this call."""
        running = self._running.get(record.sid)
        if running is None:
            if order.status == "in-progress":
                self.start(record, turn)
        elif order.status == "paused":
            running.clock.pause(turn.now, skip=order.skip)
            turn.out.append(PauseRecording(self._call.session, record.sid, order.skip))
            self._set_limit(running, turn)
        elif order.status == "in-progress":
            running.clock.resume(turn.now)
            turn.out.append(ResumeRecording(self._call.session, record.sid))
            self._set_limit(running, turn)
        else:
            self._stop(running, turn)

    def begin(
        self, wish: RecordingWish, source: RecordingSource, turn: Turn, *, longest: float, ended: Then
    ) -> str | None:
        """Put a recording on record and begin it, as `twilio.interpreter.voice.Recorder` describes."""
        engine, sid = self._engine, self._call.identity.call_sid
        recordings, call = engine.records.recordings, engine.records.find(sid)
        if call is None or recordings.is_full:
            return None
        record = recordings.add(
            wish.record(
                sid=engine.ids.new("RE"), account_sid=call.account_sid, call_sid=sid,
                created_at=engine.wall(turn.now), source=source,
            )
        )  # fmt: skip
        self.start(record, turn, min(longest or LONGEST, LONGEST), ended)
        return record.sid

    def end(self, recording: str, turn: Turn) -> None:
        """End a recording; harmless when it has ended."""
        running = self._running.get(recording)
        if running is not None:
            self._stop(running, turn)

    def start(
        self, record: RecordingRecord, turn: Turn, longest: float = LONGEST, ended: Then = lambda _: None
    ) -> None:
        """Begin a recording that is on record; without audio to record it is absent.

        Args:
            record: How it is to be.
            turn: Now, and where outputs go.
            longest: After how many seconds it ends.
            ended: Called once at its end, whoever ends it.
        """
        self._open[record.sid] = self
        self._callbacks[record.sid] = _Callbacks(self._engine, self._call, record)
        if self._call.over or self._call.answered_at is None:
            self.done(RecordingDone(self._call.session, record.sid, b""), turn)
            ended(turn)
            return
        self._running[record.sid] = running = _Running(record, turn.now, longest, ended)
        keep_silent = record.source == "RecordVerb"
        turn.out.append(
            StartRecording(
                self._call.session, record.sid, record.track, record.channels, record.trim, keep_silent
            )
        )
        self._set_limit(running, turn)
        self._callbacks[record.sid].notify("in-progress", turn)

    def _set_limit(self, running: _Running, turn: Turn) -> None:
        """End the recording when it is as long as it may be (rule recording-longest)."""
        engine, clock = self._engine, running.clock
        engine.alarms.cancel(running.limit)
        if clock.stands_still:
            running.limit = None
            return
        at = turn.now + running.longest - clock.length(turn.now)
        running.limit = engine.alarms.set(at, lambda turn: self._stop(running, turn))

    def _stop(self, running: _Running, turn: Turn) -> None:
        record = running.record
        del self._running[record.sid]
        self._engine.alarms.cancel(running.limit)
        record.status = "processing"
        self._last = (record, whole_seconds(running.clock.length(turn.now)))
        turn.out.append(StopRecording(self._call.session, record.sid))
        turn.out.append(
            RecordingEnded(
                at=turn.now, call_sid=record.call_sid, call_id=self.call_id, recording_sid=record.sid,
                began_at=running.began_at, length=running.clock.length(turn.now), text=record.source,
            )
        )  # fmt: skip
        running.ended(turn)

    def hung_up(self, turn: Turn) -> None:
        """The call is over, and with it what is recorded of it."""
        for running in tuple(self._running.values()):
            self._stop(running, turn)

    def done(self, event: RecordingDone, turn: Turn) -> None:
        """Take a recording that is ready."""
        engine = self._engine
        self._open.pop(event.recording, None)
        callbacks = self._callbacks.pop(event.recording)
        record = engine.records.recordings.finish(
            event.recording, event.audio, engine.wall(turn.now),
            duration=whole_seconds(seconds(event.audio, callbacks.record.channels)),
            error_code=SILENT if event.silent else TOO_SHORT,
        )  # fmt: skip
        if record is not None:
            callbacks.notify("completed" if event.audio else "absent", turn)

    # --- what BYE says of them --------------------------------------------------------------------------

    @property
    def last(self) -> LastRecording | None:
        """The recording that ended last, or None."""
        if self._last is None:
            return None
        record, duration = self._last
        return LastRecording(self._engine.records.recordings.url(record), duration)

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The header fields of the BYE: the last recording and its length (rule bye-recording)."""
        if self._last is None:
            return []
        record, duration = self._last
        return [("X-Twilio-RecordingSid", record.sid), ("X-Twilio-RecordingDuration", str(duration))]

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the last status callback, likewise (rule callback-recording)."""
        if self._last is None:
            return {}
        record, duration = self._last
        return {
            "RecordingSid": record.sid,
            "RecordingUrl": self._engine.records.recordings.url(record),
            "RecordingDuration": str(duration),
        }


class _Running:
    """A recording under way: its record, its clock, and what ends it."""

    __slots__ = ("began_at", "clock", "ended", "limit", "longest", "record")

    def __init__(self, record: RecordingRecord, began_at: float, longest: float, ended: Then) -> None:
        self.record = record
        self.began_at = began_at
        self.clock = RecordingClock(began_at)
        self.longest = longest
        self.ended = ended
        self.limit: Alarm[Then] | None = None


class _Callbacks:
    """Tells the callback URL of one recording, never in the way of the call."""

    __slots__ = ("_engine", "_queue", "record")

    def __init__(self, engine: Engine, call: Audible, record: RecordingRecord) -> None:
        self._engine = engine
        self._queue = CallbackQueue(engine, call.identity, "recording")
        self.record = record

    def notify(self, event: RecordingEvent, turn: Turn) -> None:
        """Queue the callback for an event, if it was asked for (rule recording-callback)."""
        record = self.record
        if not record.callback_url or event not in record.callback_events:
            return
        parameters = {
            "AccountSid": record.account_sid, "RecordingSid": record.sid,
            # Rule conference-recording.
            **({"ConferenceSid": record.conference_sid} if record.conference_sid else {"CallSid": record.call_sid}),
            "RecordingUrl": self._engine.records.recordings.url(record), "RecordingStatus": event,
            "RecordingChannels": str(record.channels), "RecordingTrack": record.track,
            "RecordingSource": record.source, "RecordingStartTime": timestamp(int(record.created_at)),
            "ErrorCode": str(record.error_code or 0),
        }  # fmt: skip
        if event == "completed":
            parameters["RecordingDuration"] = str(record.duration)
        self._queue.put(record.callback_method, record.callback_url, ordered(parameters), turn)
