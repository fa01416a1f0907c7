"""What goes on beside a call, a stream, a recording session or a transcription: begun and stopped, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from sipdomain.errors import RestError
from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.rest.resource import Asked, Json, Resource, uri
from sipdomain.twilio.rooms.orders import RoomSwitchboard
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.call_records import CallRecord
from sipdomain.twilio.store.streams import StreamRecord
from sipdomain.twilio.store.transcriptions import TranscriptionRecord
from sipdomain.twiml.verbs.stream import LONGEST_PARAMETER, MOST_PARAMETERS

T = TypeVar("T", bound=StreamRecord | TranscriptionRecord)


def resource(collection: str, create: Callable[[Asked], T], update: Callable[[Asked], T]) -> Resource[T]:
    """Return the resource of a collection below a call; the provider has neither a list nor a way to look at one.

    Args:
        collection: Its name in the path.
        create: Begins one.
        update: Stops one.
    """

    def render(_: Asked, record: T) -> Json:
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

    return Resource(
        path=f"Accounts/{{AC}}/Calls/{{CA}}/{collection}",
        list_key="",
        render=render,
        create=create,
        update=update,
        created=200,
        is_of_call=True,
    )


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


def callback_of(form: Parameters, url: str = "StatusCallback") -> tuple[str, str]:
    """Return the URL that is told of it, or "", and the method.

    Args:
        form: What is asked for.
        url: The parameter that has the URL.

    Raises:
        RestError: One of them is wrong.
    """
    return (
        checks.url(form.text(url), name=url) or "",
        checks.method(form.text("StatusCallbackMethod") or "POST", name="StatusCallbackMethod"),
    )


def parameters_of(form: Parameters) -> Iterator[tuple[str, str]]:
    """Yield the custom parameters; raise RestError 400 with 20422 for one that is too long."""
    for number in range(1, MOST_PARAMETERS + 1):
        if name := form.text(f"Parameter{number}.Name"):
            value = form.text(f"Parameter{number}.Value") or ""
            if (size := len(name) + len(value)) >= LONGEST_PARAMETER:
                reason = f"Parameter{number} has {size} characters, name and value; {LONGEST_PARAMETER - 1} are the most"
                raise RestError(400, 20422, reason)
            yield name, value


def to_be_stopped(asked: Asked, record: T | None, what: str) -> T:
    """Return the one that is to be stopped; it may be over.

    Args:
        asked: What is asked for.
        record: What the call has by this SID or name, or None.
        what: What it would be, in words.

    Raises:
        RestError: 20404 there is none, 20422 Status says something else.
    """
    if record is None or record.account_sid != asked.account_sid:
        raise RestError(404, 20404, f"There is no {what} {asked.sid[:60]}")
    if asked.form.one_of("Status", "stopped") is None:
        raise RestError(400, 20422, "Status is required")
    return record
