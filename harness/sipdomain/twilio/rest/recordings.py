"""Recordings: of one call, where they are begun, paused and stopped, and of an account.

Source: https://www.twilio.com/docs/voice/api/recording
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal, cast

from sipdomain.errors import RestError
from sipdomain.media.outputs import Track
from sipdomain.twilio.rest.dates import Span, rfc2822
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.rest.resource import VERSION, Asked, Json, Resource, uri
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.call_records import CallRecord
from sipdomain.twilio.store.recordings import (
    FINISHED,
    RUNNING,
    RecordingOrder,
    RecordingRecord,
    RecordingWish,
)

CURRENT: Final = "Twilio.CURRENT"
"""Stands for the SID of the recording that runs."""
_EVENTS: Final = frozenset({"in-progress", "completed", "absent", "failed"})
_INELIGIBLE: Final = "Requested resource is not eligible for recording"


def common_fields(record: RecordingRecord) -> Json:
    """Return what every view of a recording has."""
    changed = record.updated_at if record.updated_at is not None else record.created_at
    return {
        "account_sid": record.account_sid,
        "api_version": VERSION,
        "call_sid": record.call_sid,
        "conference_sid": record.conference_sid or None,
        "channels": record.channels,
        "date_created": rfc2822(record.created_at),
        "date_updated": rfc2822(changed),
        "start_time": rfc2822(record.created_at),
        "price": None,
        "price_unit": "USD",
        "duration": None if record.duration is None else str(record.duration),
        "sid": record.sid,
        "source": record.source,
        "status": record.status,
        "error_code": record.error_code,
        "encryption_details": None,
    }


def _render_of_call(_: Asked, record: RecordingRecord) -> Json:
    here = uri("Accounts", record.account_sid, "Calls", record.call_sid, "Recordings", record.sid)
    return {**common_fields(record), "track": record.track, "uri": here}


def _render(asked: Asked, record: RecordingRecord) -> Json:
    here = ("Accounts", record.account_sid, "Recordings", record.sid)
    return {
        **common_fields(record),
        "uri": uri(*here),
        "media_url": asked.calls.recordings.url(record),
        "subresource_uris": {
            "add_on_results": uri(*here, "AddOnResults"),
            "transcriptions": uri(*here, "Transcriptions"),
        },
    }


# --- of one call -----------------------------------------------------------------------------------------


def _call(asked: Asked) -> CallRecord:
    call = asked.calls.find(asked.sids["CA"])
    if call is None or call.account_sid != asked.account_sid:
        raise RestError(404, 20404, f"There is no call {asked.sids['CA'][:60]}")
    return call


def _list_of_call(asked: Asked) -> Sequence[RecordingRecord]:
    created = Span(asked.query, "DateCreated")
    found = [
        each
        for each in asked.calls.recordings.newest_first(asked.account_sid, asked.now)
        if each.call_sid == asked.sids["CA"] and not each.conference_sid
    ]
    if not found:
        _call(asked)
    return [each for each in found if created.holds(each.created_at)]


def read_wish(form: Parameters, *, trim: bool = False) -> RecordingWish:
    """Return what the parameters of a recording say.

    Args:
        form: The parameters.
        trim: Whether silence is cut off where `Trim` does not say.

    Raises:
        RestError: Something is wrong.
    """
    url = checks.url(form.text("RecordingStatusCallback"), name="RecordingStatusCallback")
    method = checks.method(
        form.text("RecordingStatusCallbackMethod") or "POST", name="RecordingStatusCallbackMethod"
    )
    events = form.words("RecordingStatusCallbackEvent") or ["completed"]
    if unknown := set(events) - _EVENTS:
        raise RestError(400, 20422, f"RecordingStatusCallbackEvent has no {min(unknown)[:20]!r}")
    said = form.one_of("Trim", "trim-silence", "do-not-trim")
    track = cast("Track", form.one_of("RecordingTrack", "inbound", "outbound", "both") or "both")
    dual = form.one_of("RecordingChannels", "mono", "dual") == "dual"
    return RecordingWish(
        # One side alone has one channel: https://www.twilio.com/en-us/changelog/dual-channel-voice-recordings-by-default
        channels=2 if dual and track == "both" else 1,
        track=track,
        trim=said == "trim-silence" if said else trim,
        callback_url=url or "",
        callback_method=method,
        callback_events=tuple(dict.fromkeys(events)),
    )


def _create(asked: Asked) -> RecordingRecord:
    """Begin a recording; while one runs, another request for one changes nothing (rule recording-once)."""
    call, recordings = _call(asked), asked.calls.recordings
    wish = read_wish(asked.form)
    if call.status != "in-progress":
        raise RestError(400, 21220, _INELIGIBLE)
    running = recordings.running(call.sid)
    if running is not None:
        return running
    if recordings.is_full:
        raise RestError(429, 20429, "Too many recordings at once")
    record = recordings.add(
        wish.record(
            sid=asked.ids.new("RE"), account_sid=call.account_sid, call_sid=call.sid, created_at=asked.now,
            source="StartCallRecordingAPI",
        )
    )  # fmt: skip
    begun = replace(record)
    if asked.switchboard is not None:
        asked.switchboard.record_call(RecordingOrder(record.sid, "in-progress"))
    return begun


def _fetch_of_call(asked: Asked) -> RecordingRecord:
    recordings = asked.calls.recordings
    is_current = asked.sid == CURRENT
    record = recordings.running(asked.sids["CA"]) if is_current else recordings.find(asked.sid, asked.now)
    if record is None or (record.account_sid, record.call_sid) != (asked.account_sid, asked.sids["CA"]):
        raise RestError(404, 20404, f"There is no recording {asked.sid[:60]}")
    return record


def _update(asked: Asked) -> RecordingRecord:
    return change_recording(asked, _fetch_of_call(asked))


def change_recording(asked: Asked, record: RecordingRecord) -> RecordingRecord:
    """Pause, resume or stop a recording; return it as it is then.

    Raises:
        RestError: 20422 without a status; 21220 it is over.
    """
    wanted = asked.form.one_of("Status", "paused", "in-progress", "stopped")
    behaviour = asked.form.one_of("PauseBehavior", "skip", "silence")
    if wanted is None:
        raise RestError(400, 20422, "Status is required")
    if record.status not in RUNNING:
        raise RestError(400, 21220, _INELIGIBLE)
    status = cast("Literal['paused', 'in-progress', 'stopped']", wanted)
    changes = record.status != status
    record.status, record.updated_at = status, asked.now
    changed = replace(record)
    if changes and asked.switchboard is not None:
        asked.switchboard.record_call(RecordingOrder(record.sid, status, skip=behaviour == "skip"))
    return changed


def _delete_of_call(asked: Asked) -> None:
    delete_recording(asked, _fetch_of_call(asked))


# --- of an account ---------------------------------------------------------------------------------------


def _list(asked: Asked) -> Sequence[RecordingRecord]:
    query = asked.query
    call, conference = query.text("CallSid"), query.text("ConferenceSid")
    created = Span(query, "DateCreated")
    deleted = query.boolean("IncludeSoftDeleted", code=20422) or False
    return [
        each
        for each in asked.calls.recordings.newest_first(asked.account_sid, asked.now, deleted=deleted)
        if call in (None, "", each.call_sid)
        and conference in (None, "", each.conference_sid)
        and created.holds(each.created_at)
    ]


def _fetch(asked: Asked) -> RecordingRecord:
    deleted = asked.query.boolean("IncludeSoftDeleted", code=20422) or False
    record = asked.calls.recordings.find(asked.sid, asked.now, deleted=deleted)
    if record is None or record.account_sid != asked.account_sid:
        raise RestError(404, 20404, f"There is no recording {asked.sid[:60]}")
    return record


def _delete(asked: Asked) -> None:
    delete_recording(asked, _fetch(asked))


def delete_recording(asked: Asked, record: RecordingRecord) -> None:
    """Delete a recording that is finished; raises RestError 20009 for another one."""
    if record.status not in FINISHED:
        raise RestError(409, 20009, "Cannot delete this resource before it is complete")
    if record.status != "deleted":
        asked.calls.recordings.delete(record.sid, asked.now)


OF_CALL = Resource(
    path="Accounts/{AC}/Calls/{CA}/Recordings",
    list_key="recordings",
    render=_render_of_call,
    list=_list_of_call,
    create=_create,
    fetch=_fetch_of_call,
    update=_update,
    delete=_delete_of_call,
    newest_first=True,
)
RESOURCE = Resource(
    path="Accounts/{AC}/Recordings",
    list_key="recordings",
    render=_render,
    list=_list,
    fetch=_fetch,
    delete=_delete,
    newest_first=True,
)
