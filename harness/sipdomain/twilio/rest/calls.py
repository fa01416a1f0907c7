"""Call records (https://www.twilio.com/docs/voice/api/call-resource)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, Literal

from sipdomain.errors import RestError
from sipdomain.twilio.calls.orders import CallUpdate
from sipdomain.twilio.rest.call_order import (
    call_order,
    method as _method,
    new_url as _new_url,
    twiml as _twiml,
    url as _url,
)
from sipdomain.twilio.rest.callee import check_caller
from sipdomain.twilio.rest.dates import Span, rfc2822
from sipdomain.twilio.rest.messages import NO_CODE
from sipdomain.twilio.rest.resource import VERSION, Asked, Json, Resource, passing, uri
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.call_records import FINAL, CallRecord
from sipdomain.twilio.store.trunk_model import Application

_SUBRESOURCES: Final = {
    "notifications": "Notifications",
    "recordings": "Recordings",
    "payments": "Payments",
    "events": "Events",
    "siprec": "Siprec",
    "streams": "Streams",
    "transcriptions": "Transcriptions",
    "user_defined_messages": "UserDefinedMessages",
    "user_defined_message_subscriptions": "UserDefinedMessageSubscriptions",
}


def _render(asked: Asked, call: CallRecord) -> Json:
    # Of an outgoing call that of the number which is shown.
    shown = asked.store.numbers.owned(call.account_sid, call.from_) if call.direction != "inbound" else None
    here = ("Accounts", call.account_sid, "Calls", call.sid)
    return {
        "sid": call.sid,
        "parent_call_sid": call.parent_call_sid or None,
        "account_sid": call.account_sid,
        "to": call.to,
        "to_formatted": checks.formatted_number(call.to),
        "from": call.from_,
        "from_formatted": checks.formatted_number(call.from_),
        "phone_number_sid": None if shown is None else shown.sid,
        "status": call.status,
        "start_time": None if call.status == "queued" else rfc2822(call.created_at),
        "end_time": rfc2822(call.ended_at),
        "duration": None if call.answered_at is None or call.duration is None else str(call.duration),
        "price": None,
        "price_unit": "USD",
        "direction": call.direction,
        "answered_by": None,
        "api_version": VERSION,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": "0",
        "trunk_sid": None,
        "date_created": rfc2822(call.created_at),
        "date_updated": rfc2822(call.updated_at if call.updated_at is not None else call.created_at),
        "uri": uri(*here),
        "subresource_uris": {key: uri(*here, name) for key, name in _SUBRESOURCES.items()},
    }


def _list(asked: Asked) -> Iterable[CallRecord | None]:
    """Return the calls that pass all filters, the latest first."""
    exact = asked.query.exactly(to="To", from_="From", status="Status", parent_call_sid="ParentCallSid")
    started = Span(asked.query, "StartTime")
    ended = Span(asked.query, "EndTime")
    return passing(
        asked.calls.newest_first(asked.account_sid),
        lambda call: exact(call) and started.holds(call.created_at) and ended.holds(call.ended_at),
    )


def _fetch(asked: Asked) -> CallRecord:
    call = asked.calls.find(asked.sid)
    if call is None or call.account_sid != asked.account_sid:
        raise RestError(404, 20404, f"There is no call {asked.sid[:60]}")
    return call


def _delete(asked: Asked) -> None:
    if _fetch(asked).status not in FINAL:
        raise RestError(409, 20009, "Cannot delete this resource before it is complete")
    asked.calls.delete(asked.sid)


def _update(asked: Asked) -> CallRecord:
    call, form = _fetch(asked), asked.form
    change = CallUpdate(
        status=_status(form.text("Status")),
        url=_url(form, "Url"),
        method=_method(form, "Method") or "POST",
        twiml=_twiml(form),
        fallback_url=_new_url(form, "FallbackUrl"),
        fallback_method=_method(form, "FallbackMethod"),
        status_callback=_new_url(form, "StatusCallback"),
        status_callback_method=_method(form, "StatusCallbackMethod"),
        time_limit=form.integer("TimeLimit", code=20422, least=0),
    )
    redirected = (change.url or change.twiml) and change.status is None
    if call.status in FINAL or (redirected and call.status != "in-progress"):
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    if asked.switchboard is not None:
        asked.switchboard.change(call.sid, change)
    return call


def _create(asked: Asked) -> CallRecord:
    order = call_order(asked.form, _application(asked))
    check_caller(asked.store, asked.account_sid, order.from_, order.to)
    if asked.switchboard is None:
        raise RestError(501, NO_CODE, "nobody makes calls here")
    record = asked.calls.add(
        CallRecord(
            sid=asked.ids.new("CA"), account_sid=asked.account_sid, domain_sid="",
            to=order.to if isinstance(order.to, str) else asked.form.text("To") or "", from_=order.from_, sip_call_id="",
            created_at=asked.now, direction="outbound-api", status="queued",
        )
    )  # fmt: skip
    # The answer shows the order, however soon the call fails.
    ordered = replace(record)
    asked.switchboard.dial(record, order)
    return ordered


def _application(asked: Asked) -> Application | None:
    """Return the application that is to handle a call, or None; raises RestError 21218."""
    sid = asked.form.text("ApplicationSid")
    if not sid:
        return None
    found = asked.store.applications.find(asked.account_sid, sid)
    if found is None:
        raise RestError(400, 21218, f"There is no application {sid[:60]!r} in this account")
    return found


def _status(text: str | None) -> Literal["canceled", "completed"] | None:
    match text:
        case None | "":
            return None
        case "canceled" | "completed":
            return text
        case _:
            raise RestError(400, 20422, f"Status must be canceled or completed (got {text[:20]!r})")


RESOURCE = Resource(
    path="Accounts/{AC}/Calls",
    list_key="calls",
    render=_render,
    list=_list,
    fetch=_fetch,
    create=_create,
    update=_update,
    delete=_delete,
    newest_first=True,
    event="call",
    is_of_call=True,
)
