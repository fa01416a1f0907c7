"""Real-time transcriptions of a call: begun, and stopped.

Source: https://www.twilio.com/docs/voice/api/realtime-transcription-resource
"""

from __future__ import annotations

from typing import Final, cast

from sipdomain.errors import RestError
from sipdomain.twilio.calls.orders import TranscriptionOrder
from sipdomain.twilio.rest.beside import call_of, callback_of, resource, switchboard_of, to_be_stopped
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.rest.resource import Asked
from sipdomain.twilio.store.transcriptions import TranscriptionRecord
from sipdomain.twiml.hearing import Transcribe
from sipdomain.twiml.tracks import TRACKS, TrackWord
from sipdomain.twiml.verbs.transcription import ENGINES, LONGEST_NAME

_INVALID: Final = 20422


def _wish(form: Parameters) -> Transcribe:
    name = form.text("Name") or ""
    if len(name) > LONGEST_NAME:
        raise RestError(400, _INVALID, f"Name must have at most {LONGEST_NAME} characters")
    track = form.one_of("Track", *TRACKS) or "both_tracks"
    engine = form.one_of("TranscriptionEngine", *ENGINES) or "google"
    callback_url, callback_method = callback_of(form, "StatusCallbackUrl")
    return Transcribe(
        name=name,
        callback_url=callback_url,
        callback_method=callback_method,
        track=cast("TrackWord", track),
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
    call, transcriptions = call_of(asked), asked.calls.transcriptions
    wish = _wish(asked.form)
    switchboard = switchboard_of(asked, call)
    if not transcriptions.may_begin(call.sid):
        raise RestError(429, 20429, "Too many transcriptions at once")
    record = transcriptions.add(
        TranscriptionRecord(
            sid=asked.ids.new("GT"), account_sid=call.account_sid, call_sid=call.sid, name=wish.name,
            created_at=asked.now, updated_at=asked.now,
        )
    )  # fmt: skip
    switchboard.transcribe(TranscriptionOrder(record.sid, wish))
    return record


def _update(asked: Asked) -> TranscriptionRecord:
    transcriptions = asked.calls.transcriptions
    found = transcriptions.known(asked.sids["CA"], asked.account_sid, asked.sid)
    record = to_be_stopped(asked, found, "transcription")
    if record.status == "in-progress" and asked.switchboard is not None:
        asked.switchboard.transcribe(TranscriptionOrder(record.sid))
    transcriptions.stop(record.sid, asked.now)
    return record


RESOURCE: Final = resource("Transcriptions", _create, _update)
