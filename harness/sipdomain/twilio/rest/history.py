"""Writes down as an event what a request changed (https://www.twilio.com/docs/usage/monitor-events).

The page lists the types of events. It has none for credentials, addresses and mappings: that their list or domain
counts as updated is assumed, and so is what `event_data` says of what was created or deleted.
"""

from __future__ import annotations

from typing import Any, Final

from sipdomain.twilio.debugger import shown
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rest.resource import VERSION, Asked, Json, Operation, Resource
from sipdomain.twilio.store.logs import EventRecord

TYPES: Final = frozenset(
    {
        "account.created",
        "account.updated",
        "call.deleted",
        "sip-credential-list.created",
        "sip-credential-list.deleted",
        "sip-credential-list.updated",
        "sip-domain.created",
        "sip-domain.deleted",
        "sip-domain.updated",
        "sip-ip-access-control-list.created",
        "sip-ip-access-control-list.deleted",
        "sip-ip-access-control-list.updated",
    }
)
"""Those of the page that can happen here."""
_ACTIONS: Final[dict[Operation, str]] = {"create": "created", "update": "updated", "delete": "deleted"}
_UNREPORTED: Final = frozenset({"auth_token", "date_created", "date_updated", "uri", "subresource_uris"})


def describe(resource: Resource[Any], asked: Asked, operation: Operation) -> Json | None:
    """Return what a request is about to change, or None where it makes no event.

    Raises:
        RestError: 20404, it is not there.
    """
    if not resource.event or resource.fetch is None or operation not in {"update", "delete"}:
        return None
    return resource.render(asked, resource.fetch(asked))


def record_event(
    resource: Resource[Any], asked: Asked, operation: Operation, before: Json | None, after: Json | None,
    *, ids: Ids, client: str,
) -> None:  # fmt: skip
    """Keep an event, if something changed of which there are events.

    Args:
        resource: What kind of resource.
        asked: The request.
        operation: What was done.
        before: What was there.
        after: What is there.
        ids: Names the event (AE…).
        client: The IP address that the request came from.
    """
    action = "updated" if resource.part_of else _ACTIONS[operation]
    event_type = f"{resource.event}.{action}"
    changed = after or before
    if event_type not in TYPES or changed is None:
        return
    if resource.part_of:
        sid = asked.sids[resource.part_of]
        path = resource.path.partition(f"{{{resource.part_of}}}")[0] + sid
        properties = {resource.list_key: _values(before and before["sid"], after and after["sid"])}
    else:
        sid = changed["sid"]
        path = f"{resource.path}/{sid}"
        properties = _differences(before or {}, after or {})
        if not properties:
            return
    for name, value in asked.sids.items():
        path = path.replace(f"{{{name}}}", value)
    events = asked.logs.events
    events.keep(
        EventRecord(
            sid=ids.new("AE"), number=events.next_number,
            account_sid=changed.get("owner_account_sid") or asked.account_sid, created_at=asked.now,
            event_type=event_type, resource_sid=sid, resource_path=f"/{VERSION}/{path}",
            actor_sid=asked.account.sid, source_ip_address=client, properties=properties,
        )
    )  # fmt: skip


def _differences(before: Json, after: Json) -> dict[str, dict[str, Any]]:
    """Return what differs, by name, but no password and no dates."""
    names = [name for name in {**before, **after} if name not in _UNREPORTED]
    return {
        name: _values(before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    }


def _values(before: Any, after: Any) -> dict[str, Any]:
    previous, updated = (shown(each) if isinstance(each, str) else each for each in (before, after))
    return {"previous": previous, "updated": updated}
