"""Streams of a call: begun and stopped; the provider has neither a list nor a way to look at one.

Source: https://www.twilio.com/docs/voice/api/stream-resource
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.errors import RestError
from sipdomain.media.streaming import StreamTrack
from sipdomain.twilio.calls.orders import StreamOrder
from sipdomain.twilio.engine.sockets import UnusableUrl, requested
from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.rest.resource import Asked, Json, Resource, uri
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.streams import StreamRecord
from sipdomain.twilio.streams.stream import StreamWish

MOST_PARAMETERS: Final = 99
"""How many `ParameterN.Name` there may be (https://github.com/twilio/twilio-oai)."""
_TRACKS: Final[dict[str, tuple[StreamTrack, ...]]] = {
    "inbound_track": ("inbound",), "outbound_track": ("outbound",), "both_tracks": ("inbound", "outbound"),
}  # fmt: skip


def _render(_: Asked, record: StreamRecord) -> Json:
    here = ("Accounts", record.account_sid, "Calls", record.call_sid, "Streams", record.sid)
    return {
        "sid": record.sid,
        "account_sid": record.account_sid,
        "call_sid": record.call_sid,
        "name": record.name or None,
        "status": record.status,
        "date_updated": rfc2822(record.updated_at),
        "uri": uri(*here),
    }


def _create(asked: Asked) -> StreamRecord:
    call = asked.calls.find(asked.sids["CA"])
    if call is None or call.account_sid != asked.account_sid:
        raise RestError(404, 20404, f"There is no call {asked.sids['CA'][:60]}")
    form = asked.form
    url = form.required("Url", code=21205)
    checked = requested(url)
    if isinstance(checked, UnusableUrl):
        raise RestError(400, checked.code, checked.reason)
    if call.status != "in-progress" or asked.switchboard is None:
        raise RestError(400, 21220, "Call is not in-progress")
    track = form.one_of("Track", *_TRACKS) or "inbound_track"
    record = StreamRecord(
        sid=asked.ids.new("MZ"), account_sid=call.account_sid, call_sid=call.sid, name=form.text("Name") or "",
        status="in-progress", updated_at=asked.now,
    )  # fmt: skip
    wish = StreamWish(
        url=url, name=record.name, tracks=_TRACKS[track], sid=record.sid, parameters=tuple(_parameters(form)),
        callback_url=checks.url(form.text("StatusCallback"), name="StatusCallback") or "",
        callback_method=checks.method(form.text("StatusCallbackMethod") or "POST", name="StatusCallbackMethod"),
    )  # fmt: skip
    asked.calls.streams.add(record)
    asked.switchboard.stream(StreamOrder(call.sid, record.sid, wish))
    return record


def _parameters(form: Parameters) -> Iterator[tuple[str, str]]:
    for number in range(1, MOST_PARAMETERS + 1):
        if name := form.text(f"Parameter{number}.Name"):
            yield name, form.text(f"Parameter{number}.Value") or ""


def _update(asked: Asked) -> StreamRecord:
    record = asked.calls.streams.find(asked.sids["CA"], asked.sid)
    if record is None or record.account_sid != asked.account_sid:
        raise RestError(404, 20404, f"There is no stream {asked.sid[:60]}")
    if asked.form.one_of("Status", "stopped") is None:
        raise RestError(400, 20422, "Status is required")
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
