"""Joins the REST API to the calls that an emulator carries: what is asked goes in by its pump."""

from __future__ import annotations

from collections.abc import Callable

from sipdomain.runtime.pump import Pump
from sipdomain.twilio.calls.orders import CallOrder, CallUpdate, SiprecOrder, StreamOrder, TranscriptionOrder
from sipdomain.twilio.emulator import Emulator
from sipdomain.twilio.rooms.orders import ConferenceOrder, ParticipantOrder
from sipdomain.twilio.store.call_records import CallRecord
from sipdomain.twilio.store.recordings import RecordingOrder


class PumpedSwitchboard:
    """Begins, changes and records calls; a request from within a webhook waits for the step in progress."""

    def __init__(self, emulator: Emulator, pump: Pump, now: Callable[[], float]) -> None:
        self._emulator = emulator
        self._pump = pump
        self._now = now

    def dial(self, record: CallRecord, order: CallOrder) -> None:
        """Make a call that is on record as queued."""
        self._pump.feed(lambda: self._emulator.dial(record, order, self._now()))

    def record_call(self, order: RecordingOrder) -> None:
        """Begin, pause, resume or stop a recording that is on record."""
        self._pump.feed(lambda: self._emulator.record_call(order, self._now()))

    def stream(self, order: StreamOrder) -> None:
        """Begin or stop a stream that is on record; nothing happens when its call is over by then."""
        self._pump.feed(lambda: self._emulator.stream_call(order, self._now()))

    def transcribe(self, order: TranscriptionOrder) -> None:
        """Begin or stop a transcription that is on record."""
        self._pump.feed(lambda: self._emulator.transcribe(order, self._now()))

    def record_elsewhere(self, order: SiprecOrder) -> None:
        """Begin or end a recording session that is on record; nothing happens when its call is over by then."""
        self._pump.feed(lambda: self._emulator.record_elsewhere(order, self._now()))

    def change(self, sid: str, update: CallUpdate) -> None:
        """Change a call; nothing happens when it is over by then."""
        self._pump.feed(lambda: self._emulator.update_call(sid, update, self._now()))

    def change_conference(self, order: ConferenceOrder) -> None:
        """Change a conference; nothing happens when it is over by then."""
        self._pump.feed(lambda: self._emulator.change_conference(order, self._now()))

    def change_participant(self, order: ParticipantOrder) -> None:
        """Change a participant; nothing happens when it is gone by then."""
        self._pump.feed(lambda: self._emulator.change_participant(order, self._now()))
