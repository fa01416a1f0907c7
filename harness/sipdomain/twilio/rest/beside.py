"""What goes on beside a call, a stream or a recording session: how it is shown, found, and given parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.errors import RestError
from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.rest.resource import Asked, Json, uri
from sipdomain.twilio.rooms.orders import RoomSwitchboard
from sipdomain.twilio.store.call_records import CallRecord
from sipdomain.twilio.store.streams import StreamRecord, StreamStore

MOST_PARAMETERS: Final = 99
"""How many `ParameterN.Name` there may be (https://github.com/twilio/twilio-oai)."""


def shown(record: StreamRecord, collection: str) -> Json:
    """Return what is shown of one, of the collection below its call."""
    here = ("Accounts", record.account_sid, "Calls", record.call_sid, collection, record.sid)
    return {
        "sid": record.sid,
        "account_sid": record.account_sid,
        "call_sid": record.call_sid,
        "name": record.name or None,
        "status": record.status,
        "date_updated": rfc2822(record.updated_at),
        "uri": uri(*here),
    }


def call_of(asked: Asked) -> CallRecord:
    """Return the call on the way.

    Raises:
        RestError: 20404 there is none.
    """
    call = asked.calls.find(asked.sids["CA"])
    if call is None or call.account_sid != asked.account_sid:
        raise RestError(404, 20404, f"There is no call {asked.sids['CA'][:60]}")
    return call


def switchboard_of(asked: Asked, call: CallRecord) -> RoomSwitchboard:
    """Return who carries a call that is in progress.

    Raises:
        RestError: 21220 it is not.
    """
    if call.status != "in-progress" or asked.switchboard is None:
        raise RestError(400, 21220, "Call is not in-progress")
    return asked.switchboard


def parameters_of(form: Parameters) -> Iterator[tuple[str, str]]:
    """Yield the custom parameters."""
    for number in range(1, MOST_PARAMETERS + 1):
        if name := form.text(f"Parameter{number}.Name"):
            yield name, form.text(f"Parameter{number}.Value") or ""


def to_be_stopped(asked: Asked, kept: StreamStore, what: str) -> StreamRecord:
    """Return which one is to be stopped, by its SID or name; it may be over.

    Raises:
        RestError: 20404 there is none, 20422 Status says something else.
    """
    record = kept.find(asked.sids["CA"], asked.sid)
    if record is None or record.account_sid != asked.account_sid:
        raise RestError(404, 20404, f"There is no {what} {asked.sid[:60]}")
    if asked.form.one_of("Status", "stopped") is None:
        raise RestError(400, 20422, "Status is required")
    return record
