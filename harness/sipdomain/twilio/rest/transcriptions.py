"""Real-time transcriptions of a call: begun, and stopped.

Source: https://www.twilio.com/docs/voice/api/realtime-transcription-resource
"""

from __future__ import annotations

from typing import Final, cast

from sipdomain.errors import RestError
from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.rest.resource import Asked, Json, Resource, uri
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.transcriptions import (
    TranscriptionOrder,
    TranscriptionRecord,
    TranscriptionTrack,
    TranscriptionWish,
)
from sipdomain.twiml.verbs.transcription import ENGINES, LONGEST_NAME

_INVALID: Final = 20422


def _render(_: Asked, record: TranscriptionRecord) -> Json:
    here = ("Accounts", record.account_sid, "Calls", record.call_sid, "Transcriptions", record.sid)
    return {
        "sid": record.sid,
        "account_sid": record.account_sid,
        "call_sid": record.call_sid,
        "name": record.name or None,
        "status": record.status,
        "date_updated": rfc2822(record.updated_at),
        "uri": uri(*here),
    }


def _wish(form: Parameters) -> TranscriptionWish:
    name = form.text("Name") or ""
    if len(name) > LONGEST_NAME:
        raise RestError(400, _INVALID, f"Name must have at most {LONGEST_NAME} characters")
    track = form.one_of("Track", "inbound_track", "outbound_track", "both_tracks") or "both_tracks"
    engine = form.one_of("TranscriptionEngine", *ENGINES) or "google"
    return TranscriptionWish(
        name=name,
        callback_url=checks.url(form.text("StatusCallbackUrl"), name="StatusCallbackUrl") or "",
        callback_method=checks.method(
            form.text("StatusCallbackMethod") or "POST", name="StatusCallbackMethod"
        ),
        track=cast("TranscriptionTrack", track),
        inbound_label=form.text("InboundTrackLabel") or "",
        outbound_label=form.text("OutboundTrackLabel") or "",
        language=form.text("LanguageCode") or "en-US",
        engine=engine,
        model=form.text("SpeechModel") or "telephony",
        partials=form.boolean("PartialResults", code=_INVALID) or False,
        profanity_filter=form.boolean("ProfanityFilter", code=_INVALID) is not False,
        punctuation=form.boolean("EnableAutomaticPunctuation", code=_INVALID) is not False,
        hints=form.text("Hints") or "",
    )


def _create(asked: Asked) -> TranscriptionRecord:
    call, transcriptions = asked.calls.find(asked.sids["CA"]), asked.calls.transcriptions
    if call is None or call.account_sid != asked.account_sid:
        raise RestError(404, 20404, f"There is no call {asked.sids['CA'][:60]}")
    wish = _wish(asked.form)
    if call.status != "in-progress":
        raise RestError(400, 21220, "Call is not in-progress")
    if not transcriptions.may_begin(call.sid):
        raise RestError(429, 20429, "Too many transcriptions at once")
    record = transcriptions.add(
        TranscriptionRecord(
            sid=asked.ids.new("GT"), account_sid=call.account_sid, call_sid=call.sid, name=wish.name,
            created_at=asked.now, updated_at=asked.now,
        )
    )  # fmt: skip
    if asked.switchboard is not None:
        asked.switchboard.transcribe(TranscriptionOrder(record.sid, wish))
    return record


def _update(asked: Asked) -> TranscriptionRecord:
    record = asked.calls.transcriptions.known(asked.sids["CA"], asked.account_sid, asked.sid)
    if record is None:
        raise RestError(404, 20404, f"There is no transcription {asked.sid[:60]}")
    if asked.form.one_of("Status", "stopped") is None:
        raise RestError(400, _INVALID, "Status is required")
    if asked.switchboard is not None and record.status == "in-progress":
        asked.switchboard.transcribe(TranscriptionOrder(record.sid))
    asked.calls.transcriptions.stop(record.sid, asked.now)
    return record


RESOURCE = Resource(
    path="Accounts/{AC}/Calls/{CA}/Transcriptions",
    list_key="",
    render=_render,
    create=_create,
    update=_update,
    created=200,
)
