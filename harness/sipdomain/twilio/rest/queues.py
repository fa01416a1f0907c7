"""Call queues (https://www.twilio.com/docs/voice/api/queue-resource)."""

from __future__ import annotations

from collections.abc import Sequence

from sipdomain.errors import RestError
from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.resource import Asked, Json, Resource, uri
from sipdomain.twilio.rest.stored import stored
from sipdomain.twilio.store import Queue
from sipdomain.twilio.store.queues import USUAL_SIZE

_INVALID = 20422


def _render(_: Asked, queue: Queue) -> Json:
    return {
        "sid": queue.sid,
        "account_sid": queue.account_sid,
        "friendly_name": queue.friendly_name,
        "current_size": 0,
        "max_size": queue.max_size,
        "average_wait_time": 0,
        "date_created": rfc2822(queue.created_at),
        "date_updated": rfc2822(queue.updated_at),
        "uri": uri("Accounts", queue.account_sid, "Queues", queue.sid),
    }


def _create(asked: Asked) -> Queue:
    size = asked.form.integer("MaxSize", code=_INVALID)
    return asked.store.queues.create(
        asked.account_sid,
        asked.form.text("FriendlyName") or "",
        max_size=USUAL_SIZE if size is None else size,
        now=asked.now,
    )


def _update(asked: Asked) -> Queue:
    return asked.store.queues.update(
        asked.account_sid,
        asked.sid,
        friendly_name=asked.form.text("FriendlyName"),
        max_size=asked.form.integer("MaxSize", code=_INVALID),
        now=asked.now,
    )


def _no_members(asked: Asked) -> Sequence[Queue]:
    """Return nobody: no verb puts calls into queues yet."""
    asked.store.queues.fetch(asked.account_sid, asked.sids["QU"])
    return []


def _no_member(asked: Asked) -> Queue:
    _no_members(asked)
    raise RestError(404, 20404, f"No call {asked.sid[:60]} waits in {asked.sids['QU']}")


RESOURCE = stored(
    lambda store: store.queues,
    path="Accounts/{AC}/Queues",
    list_key="queues",
    render=_render,
    create=_create,
    update=_update,
)

# https://www.twilio.com/docs/voice/api/member-resource; "Front" stands for the one who waits the longest.
MEMBERS = Resource(
    path="Accounts/{AC}/Queues/{QU}/Members",
    list_key="queue_members",
    render=_render,
    list=_no_members,
    fetch=_no_member,
    update=_no_member,
)
