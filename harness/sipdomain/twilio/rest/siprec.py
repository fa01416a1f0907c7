"""Recording sessions of a call by SIPREC: begun and stopped; the provider has neither a list nor a way to look at one.

Source: https://www.twilio.com/docs/voice/api/siprec
"""

from __future__ import annotations

from typing import Final

from sipdomain.errors import RestError
from sipdomain.twilio.rest.beside import call_of, parameters_of, shown, switchboard_of, to_be_stopped
from sipdomain.twilio.rest.resource import Asked, Json, Resource
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.siprecs import SiprecOrder, SiprecTrack, SiprecWish
from sipdomain.twilio.store.streams import StreamRecord

_TRACKS: Final[dict[str, tuple[SiprecTrack, ...]]] = {
    "inbound_track": ("inbound",), "outbound_track": ("outbound",), "both_tracks": ("inbound", "outbound"),
}  # fmt: skip


def _render(_: Asked, record: StreamRecord) -> Json:
    return shown(record, "Siprec")


def _create(asked: Asked) -> StreamRecord:
    call, form = call_of(asked), asked.form
    connector = form.text("ConnectorName") or ""
    if asked.store.connectors.named(asked.account_sid, connector) is None:
        raise RestError(400, 31940, f"No connector has the name {connector[:60]!r}")
    track = form.one_of("Track", *_TRACKS) or "both_tracks"
    callback = checks.url(form.text("StatusCallback"), name="StatusCallback") or ""
    method = checks.method(form.text("StatusCallbackMethod") or "POST", name="StatusCallbackMethod")
    switchboard = switchboard_of(asked, call)
    record = StreamRecord(
        sid=asked.ids.new("SR"), account_sid=call.account_sid, call_sid=call.sid, name=form.text("Name") or "",
        status="in-progress", updated_at=asked.now,
    )  # fmt: skip
    wish = SiprecWish(connector, record.name, _TRACKS[track], tuple(parameters_of(form)), callback, method)
    asked.calls.siprecs.add(record)
    switchboard.record_elsewhere(SiprecOrder(call.sid, record.sid, wish))
    return record


def _update(asked: Asked) -> StreamRecord:
    record = to_be_stopped(asked, asked.calls.siprecs, "recording session")
    if record.status == "in-progress" and asked.switchboard is not None:
        asked.switchboard.record_elsewhere(SiprecOrder(record.call_sid, record.sid))
        asked.calls.siprecs.stopped(record.sid, asked.now)
    return record


RESOURCE: Final = Resource(
    path="Accounts/{AC}/Calls/{CA}/Siprec",
    list_key="",
    render=_render,
    create=_create,
    update=_update,
    created=200,
    is_of_call=True,
)
