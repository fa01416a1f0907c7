"""Recording sessions of a call by SIPREC (https://www.twilio.com/docs/voice/api/siprec)."""

from __future__ import annotations

from typing import Final

from sipdomain.errors import RestError
from sipdomain.twilio.calls.orders import SiprecOrder
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
from sipdomain.twiml.siprec import OpenSiprec
from sipdomain.twiml.tracks import TRACKS


def _create(asked: Asked) -> StreamRecord:
    call, form = call_of(asked), asked.form
    connector = form.text("ConnectorName") or ""
    if asked.store.connectors.named(asked.account_sid, connector) is None:
        raise RestError(400, 31940, f"No connector has the name {connector[:60]!r}")
    tracks = TRACKS[form.one_of("Track", *TRACKS) or "both_tracks"]
    callback_url, callback_method = callback_of(form)
    switchboard = switchboard_of(asked, call)
    wish = OpenSiprec(
        connector=connector, name=form.text("Name") or "", tracks=tracks, parameters=tuple(parameters_of(form)),
        callback_url=callback_url, callback_method=callback_method,
    )  # fmt: skip
    record = asked.calls.siprecs.begin(asked.ids.new("SR"), call.account_sid, call.sid, wish.name, asked.now)
    switchboard.record_elsewhere(SiprecOrder(call.sid, record.sid, wish))
    return record


def _update(asked: Asked) -> StreamRecord:
    found = asked.calls.siprecs.find(asked.sids["CA"], asked.sid)
    record = to_be_stopped(asked, found, "recording session")
    if record.status == "in-progress" and asked.switchboard is not None:
        asked.switchboard.record_elsewhere(SiprecOrder(record.call_sid, record.sid))
        asked.calls.siprecs.stopped(record.sid, asked.now)
    return record


RESOURCE: Final = resource("Siprec", _create, _update)
