"""Media streams of a call (https://www.twilio.com/docs/voice/api/stream-resource)."""

from __future__ import annotations

from typing import Final

from sipdomain.errors import RestError
from sipdomain.twilio.calls.orders import StreamOrder
from sipdomain.twilio.engine.sockets import UnusableUrl, requested
from sipdomain.twilio.rest.beside import (
    call_of,
    callback_of,
    parameters_of,
    resource,
    switchboard_of,
    to_be_stopped,
)
from sipdomain.twilio.rest.resource import Asked
from sipdomain.twilio.store.streams import StreamRecord
from sipdomain.twiml.streaming import OpenStream
from sipdomain.twiml.tracks import TRACKS


def _create(asked: Asked) -> StreamRecord:
    call, form = call_of(asked), asked.form
    url = form.required("Url", code=21205)
    checked = requested(url)
    if isinstance(checked, UnusableUrl):
        raise RestError(400, checked.code, checked.reason)
    switchboard = switchboard_of(asked, call)
    tracks = TRACKS[form.one_of("Track", *TRACKS) or "inbound_track"]
    callback_url, callback_method = callback_of(form)
    wish = OpenStream(
        url=url, name=form.text("Name") or "", tracks=tracks, parameters=tuple(parameters_of(form)),
        callback_url=callback_url, callback_method=callback_method,
    )  # fmt: skip
    record = asked.calls.streams.begin(asked.ids.new("MZ"), call.account_sid, call.sid, wish.name, asked.now)
    switchboard.stream(StreamOrder(call.sid, record.sid, wish))
    return record


def _update(asked: Asked) -> StreamRecord:
    record = to_be_stopped(asked, asked.calls.streams.find(asked.sids["CA"], asked.sid), "stream")
    if record.status == "in-progress" and asked.switchboard is not None:
        asked.switchboard.stream(StreamOrder(record.call_sid, record.sid))
        asked.calls.streams.stopped(record.sid, asked.now)
    return record


RESOURCE: Final = resource("Streams", _create, _update)
