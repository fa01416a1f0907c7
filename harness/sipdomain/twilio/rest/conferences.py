"""Conferences (https://www.twilio.com/docs/voice/api/conference-resource), and what was recorded of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sipdomain.errors import RestError
from sipdomain.twilio.rest.call_order import method, url
from sipdomain.twilio.rest.dates import Span, rfc2822
from sipdomain.twilio.rest.recordings import change_recording, common_fields, delete_recording
from sipdomain.twilio.rest.resource import VERSION, Asked, Json, Resource, passing, uri
from sipdomain.twilio.rooms.orders import ConferenceOrder
from sipdomain.twilio.store.conferences import ConferenceRecord
from sipdomain.twilio.store.recordings import RecordingRecord

REGION: Final = "us1"
"""Where every conference is, as nothing else is emulated."""


def conference(asked: Asked, sid: str) -> ConferenceRecord:
    """Return a conference of the account; raises RestError 20404."""
    found = asked.calls.conferences.find(sid)
    if found is None or found.account_sid != asked.account_sid:
        raise RestError(404, 20404, f"There is no conference {sid[:60]}")
    return found


def _render(_: Asked, record: ConferenceRecord) -> Json:
    here = ("Accounts", record.account_sid, "Conferences", record.sid)
    return {
        "sid": record.sid,
        "account_sid": record.account_sid,
        "friendly_name": record.friendly_name,
        "api_version": VERSION,
        "region": REGION,
        "status": record.status,
        "reason_conference_ended": record.end_reason,
        "call_sid_ending_conference": record.ended_by or None,
        "date_created": rfc2822(record.created_at),
        "date_updated": rfc2822(record.updated_at),
        "uri": uri(*here),
        "subresource_uris": {
            "participants": uri(*here, "Participants"),
            "recordings": uri(*here, "Recordings"),
        },
    }


def _list(asked: Asked) -> Iterable[ConferenceRecord | None]:
    exact = asked.query.exactly(friendly_name="FriendlyName", status="Status")
    created, updated = Span(asked.query, "DateCreated"), Span(asked.query, "DateUpdated")
    return passing(
        asked.calls.conferences.newest_first(asked.account_sid),
        lambda each: exact(each) and created.holds(each.created_at) and updated.holds(each.updated_at),
    )


def _fetch(asked: Asked) -> ConferenceRecord:
    return conference(asked, asked.sid)


def _update(asked: Asked) -> ConferenceRecord:
    record, form = _fetch(asked), asked.form
    ends = form.one_of("Status", "completed") is not None
    order = ConferenceOrder(
        sid=record.sid, ends=ends, announce_url=url(form, "AnnounceUrl") or "",
        announce_method=method(form, "AnnounceMethod") or "POST",
    )  # fmt: skip
    if record.status == "completed":
        raise RestError(400, 16022, f"The conference {record.sid} is completed")
    if asked.switchboard is not None:
        asked.switchboard.change_conference(order)
    return record


def _recordings(asked: Asked) -> Sequence[RecordingRecord]:
    sid, created = conference(asked, asked.sids["CF"]).sid, Span(asked.query, "DateCreated")
    found = asked.calls.recordings.newest_first(asked.account_sid, asked.now)
    return [each for each in found if each.conference_sid == sid and created.holds(each.created_at)]


def _recording(asked: Asked) -> RecordingRecord:
    found = next((each for each in _recordings(asked) if each.sid == asked.sid), None)
    if found is None:
        raise RestError(404, 20404, f"There is no recording {asked.sid[:60]}")
    return found


def _update_recording(asked: Asked) -> RecordingRecord:
    return change_recording(asked, _recording(asked))


def _delete_recording(asked: Asked) -> None:
    delete_recording(asked, _recording(asked))


def _render_recording(_: Asked, record: RecordingRecord) -> Json:
    here = ("Accounts", record.account_sid, "Conferences", record.conference_sid, "Recordings", record.sid)
    return {**common_fields(record), "uri": uri(*here)}


RESOURCE = Resource(
    path="Accounts/{AC}/Conferences",
    list_key="conferences",
    render=_render,
    list=_list,
    fetch=_fetch,
    update=_update,
    newest_first=True,
)
RECORDINGS = Resource(
    path="Accounts/{AC}/Conferences/{CF}/Recordings",
    list_key="recordings",
    render=_render_recording,
    list=_recordings,
    fetch=_recording,
    update=_update_recording,
    delete=_delete_recording,
    newest_first=True,
)
