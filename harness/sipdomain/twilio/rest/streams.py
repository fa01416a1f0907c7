"""Streams of a call: begun and stopped; the provider has neither a list nor a way to look at one.

Source: https://www.twilio.com/docs/voice/api/stream-resource
"""

from __future__ import annotations

from typing import Final

from sipdomain.errors import RestError
from sipdomain.media.streaming import StreamTrack
from sipdomain.twilio.calls.orders import StreamOrder
from sipdomain.twilio.engine.sockets import UnusableUrl, requested
from sipdomain.twilio.rest.beside import call_of, parameters_of, shown, switchboard_of, to_be_stopped
from sipdomain.twilio.rest.resource import Asked, Json, Resource
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.streams import StreamRecord
from sipdomain.twilio.streams.stream import StreamWish

_TRACKS: Final[dict[str, tuple[StreamTrack, ...]]] = {
    "inbound_track": ("inbound",), "outbound_track": ("outbound",), "both_tracks": ("inbound", "outbound"),
}  # fmt: skip


def _render(_: Asked, record: StreamRecord) -> Json:
    return shown(record, "Streams")


def _create(asked: Asked) -> StreamRecord:
    call, form = call_of(asked), asked.form
    url = form.required("Url", code=21205)
    checked = requested(url)
    if isinstance(checked, UnusableUrl):
        raise RestError(400, checked.code, checked.reason)
    switchboard = switchboard_of(asked, call)
    track = form.one_of("Track", *_TRACKS) or "inbound_track"
    record = StreamRecord(
        sid=asked.ids.new("MZ"), account_sid=call.account_sid, call_sid=call.sid, name=form.text("Name") or "",
        status="in-progress", updated_at=asked.now,
    )  # fmt: skip
    wish = StreamWish(
        url=url, name=record.name, tracks=_TRACKS[track], sid=record.sid, parameters=tuple(parameters_of(form)),
        callback_url=checks.url(form.text("StatusCallback"), name="StatusCallback") or "",
        callback_method=checks.method(form.text("StatusCallbackMethod") or "POST", name="StatusCallbackMethod"),
    )  # fmt: skip
    asked.calls.streams.add(record)
    switchboard.stream(StreamOrder(call.sid, record.sid, wish))
    return record


def _update(asked: Asked) -> StreamRecord:
    record = to_be_stopped(asked, asked.calls.streams, "stream")
    if record.status == "in-progress" and asked.switchboard is not None:
        asked.switchboard.stream(StreamOrder(record.call_sid, record.sid))
        asked.calls.streams.stopped(record.sid, asked.now)
    return record


RESOURCE: Final = Resource(
    path="Accounts/{AC}/Calls/{CA}/Streams",
    list_key="",
    render=_render,
    create=_create,
    update=_update,
    created=200,
    is_of_call=True,
)
