"""Events of the Monitor API: what was changed by whom (https://www.twilio.com/docs/usage/monitor-events)."""

from __future__ import annotations

from collections.abc import Iterable

from sipdomain.errors import RestError
from sipdomain.twilio.rest.dates import iso8601, period
from sipdomain.twilio.rest.resource import MONITOR, VERSION, Asked, Json, Resource, passing
from sipdomain.twilio.store.logs import EventRecord


def _render(asked: Asked, event: EventRecord) -> Json:
    # Through the proxy the resources are at another of the provider's names.
    api = asked.base_url.replace("://monitor.", "://api.", 1)
    return {
        "sid": event.sid,
        "account_sid": event.account_sid,
        "actor_sid": event.actor_sid,
        "actor_type": "account",
        "description": None,
        "event_data": {"resource_properties": event.properties},
        "event_date": iso8601(event.created_at),
        "event_type": event.event_type,
        "resource_sid": event.resource_sid,
        "resource_type": event.event_type.rpartition(".")[0],
        "source": "api",
        "source_ip_address": event.source_ip_address or None,
        "url": f"{asked.base_url}/{MONITOR}/Events/{event.sid}",
        "links": {
            "actor": f"{api}/{VERSION}/Accounts/{event.actor_sid}",
            "resource": f"{api}{event.resource_path}",
        },
    }


def _list(asked: Asked) -> Iterable[EventRecord | None]:
    """Return the events that pass all filters, the latest first."""
    exact = asked.query.exactly(
        actor_sid="ActorSid",
        event_type="EventType",
        resource_sid="ResourceSid",
        source_ip_address="SourceIpAddress",
    )
    first, end = period(asked.query)
    return passing(
        asked.logs.events.newest_first(asked.account.sid),
        lambda each: exact(each) and first <= each.created_at < end,
    )


def _fetch(asked: Asked) -> EventRecord:
    event = asked.logs.events.of_account(asked.account.sid, asked.sid)
    if event is None:
        raise RestError(404, 20404, f"There is no event {asked.sid[:60]}")
    return event


RESOURCE = Resource(
    path="Events",
    list_key="events",
    render=_render,
    list=_list,
    fetch=_fetch,
    newest_first=True,
)
