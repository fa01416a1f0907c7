"""Call queues, and who waits in them (https://www.twilio.com/docs/voice/api/queue-resource, …/member-resource)."""

from __future__ import annotations

from collections.abc import Sequence

from sipdomain.errors import RestError
from sipdomain.twilio.calls.orders import CallUpdate
from sipdomain.twilio.rest.call_order import method, url
from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.resource import Asked, Json, Resource, uri
from sipdomain.twilio.rest.stored import stored
from sipdomain.twilio.rooms import queue
from sipdomain.twilio.store import Queue
from sipdomain.twilio.store.queue_lines import Line, QueueMember
from sipdomain.twilio.store.queues import USUAL_SIZE

_INVALID = 20422


def _render(asked: Asked, record: Queue) -> Json:
    line = asked.calls.queue_lines.find(record.sid)
    return {
        "sid": record.sid,
        "account_sid": record.account_sid,
        "friendly_name": record.friendly_name,
        "current_size": len(line.members),
        "max_size": record.max_size,
        "average_wait_time": queue.average_wait(line, asked.now),
        "date_created": rfc2822(record.created_at),
        "date_updated": rfc2822(record.updated_at),
        "uri": uri("Accounts", record.account_sid, "Queues", record.sid),
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


def _delete(asked: Asked) -> None:
    """Delete an empty queue (assumed: 400 with 20409, as no page names another code, while somebody waits)."""
    found = asked.store.queues.fetch(asked.account_sid, asked.sid)
    waiting = len(asked.calls.queue_lines.find(found.sid).members)
    if waiting:
        raise RestError(400, 20409, f"The queue {found.sid} is not empty: {waiting} wait in it")
    asked.store.queues.delete(asked.account_sid, asked.sid)


def _line(asked: Asked) -> Line:
    found = asked.store.queues.fetch(asked.account_sid, asked.sids["QU"])
    return asked.calls.queue_lines.find(found.sid)


def _members(asked: Asked) -> Sequence[QueueMember]:
    return list(_line(asked).members.values())


def _member(asked: Asked) -> QueueMember:
    line = _line(asked)
    found = queue.front(line) if asked.sid == "Front" else line.members.get(asked.sid)
    if found is None:
        raise RestError(404, 20404, f"No call {asked.sid[:60]} waits in {asked.sids['QU']}")
    return found


def _dequeue(asked: Asked) -> QueueMember:
    """Let a call that waits go on with another document."""
    member, form = _member(asked), asked.form
    target = url(form, "Url")
    if target is None:
        raise RestError(400, 20001, "Url is required")
    update = CallUpdate(url=target, method=method(form, "Method") or "POST")
    if asked.switchboard is not None:
        asked.switchboard.change(member.call_sid, update)
    return member


def _render_member(asked: Asked, member: QueueMember) -> Json:
    line = asked.calls.queue_lines.find(member.queue_sid)
    here = ("Accounts", asked.account_sid, "Queues", member.queue_sid, "Members", member.call_sid)
    return {
        "call_sid": member.call_sid,
        "queue_sid": member.queue_sid,
        "date_enqueued": rfc2822(member.enqueued_at),
        "position": queue.position(line, member.call_sid),
        "wait_time": queue.wait_time(member, asked.now),
        "uri": uri(*here),
    }


RESOURCE = stored(
    lambda store: store.queues,
    path="Accounts/{AC}/Queues",
    list_key="queues",
    render=_render,
    create=_create,
    update=_update,
    delete=_delete,
)

# https://www.twilio.com/docs/voice/api/member-resource; "Front" stands for the one who waits the longest.
MEMBERS = Resource(
    path="Accounts/{AC}/Queues/{QU}/Members",
    list_key="queue_members",
    render=_render_member,
    list=_members,
    fetch=_member,
    update=_dequeue,
)
