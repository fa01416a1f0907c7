"""Notifications: the alerts of an account, or of one call (https://www.twilio.com/docs/usage/api/notifications)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sipdomain.error_codes import more_info
from sipdomain.errors import RestError
from sipdomain.twilio.rest.alerts import alert_text
from sipdomain.twilio.rest.dates import Span, rfc2822
from sipdomain.twilio.rest.resource import VERSION, Asked, Json, Resource, passing, uri
from sipdomain.twilio.store.logs import AlertRecord

_LOGS: Final = {"error": "0", "warning": "1"}


def _render(asked: Asked, alert: AlertRecord) -> Json:
    at = rfc2822(alert.created_at)
    place = ("Calls", alert.call_sid) if "CA" in asked.sids else ()
    fields: Json = {
        "sid": alert.sid,
        "account_sid": alert.account_sid,
        "api_version": VERSION,
        "call_sid": alert.call_sid or None,
        "date_created": at,
        "date_updated": at,
        "error_code": str(alert.code),
        "log": _LOGS[alert.level],
        "message_date": at,
        "message_text": alert_text(alert),
        "more_info": more_info(alert.code),
        "request_method": alert.method or None,
        "request_url": alert.url or None,
        "uri": uri("Accounts", alert.account_sid, *place, "Notifications", alert.sid),
    }
    if asked.sid:
        has_request = alert.url != ""
        fields["request_variables"] = alert.variables if has_request else None
        fields["response_headers"] = alert.response_headers if has_request else None
        fields["response_body"] = alert.response_body if has_request else None
    return fields


def _of_account(asked: Asked) -> Iterable[AlertRecord | None]:
    """Return the alerts that pass all filters, the latest first."""
    log = asked.query.integer("Log", code=20422, least=0)
    dates = Span(asked.query, "MessageDate")
    return passing(
        asked.logs.alerts.newest_first(asked.account_sid),
        lambda each: (log is None or _LOGS[each.level] == str(log)) and dates.holds(each.created_at),
    )


def _of_call(asked: Asked) -> Iterable[AlertRecord | None]:
    """Return a call's; a call that is not on record any more may still have some."""
    sid = asked.sids["CA"]
    call = asked.calls.find(sid)
    known = call is not None and call.account_sid == asked.account_sid
    if not known and all(each.call_sid != sid for each in asked.logs.alerts.newest_first(asked.account_sid)):
        raise RestError(404, 20404, f"There is no call {sid[:60]}")
    return passing(_of_account(asked), lambda each: each is not None and each.call_sid == sid)


def _fetch(asked: Asked) -> AlertRecord:
    alert = asked.logs.alerts.of_account(asked.account_sid, asked.sid)
    if alert is None or asked.sids.get("CA") not in (None, alert.call_sid):
        raise RestError(404, 20404, f"There is no notification {asked.sid[:60]}")
    return alert


RESOURCE = Resource(
    path="Accounts/{AC}/Notifications",
    list_key="notifications",
    render=_render,
    list=_of_account,
    fetch=_fetch,
    newest_first=True,
)
OF_CALLS = Resource(
    path="Accounts/{AC}/Calls/{CA}/Notifications",
    list_key="notifications",
    render=_render,
    list=_of_call,
    fetch=_fetch,
    newest_first=True,
)
