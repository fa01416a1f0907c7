"""What the REST API wants done with a recording, carried to the call that it is of."""

from __future__ import annotations

from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.calls.recorder import TOO_SHORT
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.store.recordings import RecordingOrder


def carry_out(service: Service, order: RecordingOrder, turn: Turn) -> None:
    """Begin, pause, resume or stop a recording that is on record; nothing happens when it is not."""
    calls, recordings = service.calls, service.engine.records.recordings
    wall = service.engine.wall(turn.now)
    record = recordings.find(order.recording, wall)
    if record is None:
        return
    call, recorder = calls.find(record.call_sid), calls.recorders.get(record.sid)
    if recorder is not None:
        recorder.carry_out(order, record, turn)
    elif call is not None:
        call.recorder.carry_out(order, record, turn)
    else:
        # The call ended before its recording began.
        recordings.finish(order.recording, b"", wall, error_code=TOO_SHORT)
