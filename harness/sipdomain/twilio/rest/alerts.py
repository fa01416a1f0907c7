"""Alerts of the Monitor API (https://www.twilio.com/docs/usage/monitor-alert)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sipdomain.error_codes import more_info
from sipdomain.errors import RestError
from sipdomain.twilio.rest.dates import iso8601, period
from sipdomain.twilio.rest.resource import MONITOR, VERSION, Asked, Json, Resource, passing
from sipdomain.twilio.store.logs import AlertRecord
from sipdomain.twilio.webhooks.urls import encode_form

_LEVELS: Final = {"error": "ERROR", "warning": "WARN"}
_WEBHOOKS: Final = "12000"


def alert_text(alert: AlertRecord) -> str:
    """Return an alert's text, which is a query string, as in the examples of the provider's description.

    That `sourceComponent` separates webhooks from all else is assumed.
    """
    about = [("sourceComponent", _WEBHOOKS)] if alert.url else []
    answer = [("httpResponse", str(alert.status))] if alert.status else []
    url = [("url", alert.url)] if alert.url else []
    fields = [
        ("LogLevel", _LEVELS[alert.level]),
        *about,
        ("Msg", alert.text),
        *answer,
        ("ErrorCode", str(alert.code)),
        *url,
        ("EmailNotification", "false"),
    ]
    return encode_form(tuple(fields))


def _render(asked: Asked, alert: AlertRecord) -> Json:
    at = iso8601(alert.created_at)
    fields: Json = {
        "sid": alert.sid,
        "account_sid": alert.account_sid,
        "alert_text": alert_text(alert),
        "api_version": VERSION,
        "date_created": at,
        "date_generated": at,
        "date_updated": at,
        "error_code": str(alert.code),
        "log_level": alert.level,
        "more_info": more_info(alert.code),
        "request_method": alert.method or None,
        "request_url": alert.url or None,
        "resource_sid": alert.call_sid or alert.domain_sid or None,
        "service_sid": None,
        "url": f"{asked.base_url}/{MONITOR}/Alerts/{alert.sid}",
    }
    if asked.sid:
        has_request = alert.url != ""
        fields["request_variables"] = alert.variables if has_request else None
        fields["request_headers"] = alert.headers if has_request else None
        fields["response_headers"] = alert.response_headers if has_request else None
        fields["response_body"] = alert.response_body if has_request else None
    return fields


def _list(asked: Asked) -> Iterable[AlertRecord | None]:
    """Return the alerts that pass all filters, the latest first."""
    level = asked.query.text("LogLevel")
    first, end = period(asked.query)
    return passing(
        asked.logs.alerts.newest_first(asked.account.sid),
        lambda each: level in (None, "", each.level) and first <= each.created_at < end,
    )


def _fetch(asked: Asked) -> AlertRecord:
    alert = asked.logs.alerts.of_account(asked.account.sid, asked.sid)
    if alert is None:
        raise RestError(404, 20404, f"There is no alert {asked.sid[:60]}")
    return alert


RESOURCE = Resource(
    path="Alerts",
    list_key="alerts",
    render=_render,
    list=_list,
    fetch=_fetch,
    newest_first=True,
)
