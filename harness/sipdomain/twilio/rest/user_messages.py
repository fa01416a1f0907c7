"""User-defined messages of a call: taken, and shown among the call's events; no party here has the Voice SDK.

Sources: https://www.twilio.com/docs/voice/api/userdefinedmessage-resource and
https://www.twilio.com/docs/voice/api/userdefinedmessagesubscription-resource.
"""

from __future__ import annotations

import json
from typing import Final

from sipdomain.errors import RestError
from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.resource import Asked, Json, Resource, uri
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.user_messages import UserMessage

MOST_CONTENT: Final = 10_000
"""How many characters a message may have."""
_INVALID: Final = 20001


def _render(_: Asked, message: UserMessage) -> Json:
    return {
        "sid": message.sid,
        "account_sid": message.account_sid,
        "call_sid": message.call_sid,
        "date_created": rfc2822(message.created_at),
    }


def _render_subscription(asked: Asked, made: UserMessage) -> Json:
    here = ("Accounts", made.account_sid, "Calls", made.call_sid, "UserDefinedMessageSubscriptions", made.sid)
    return {**_render(asked, made), "uri": uri(*here)}


def _made(asked: Asked, prefix: str, callback: str = "") -> UserMessage:
    """Return a new message or subscription; raises RestError 21220 for a call that is not in progress."""
    call = asked.calls.find(asked.sids["CA"])
    if call is None or call.status != "in-progress":
        raise RestError(400, 21220, "Call is not in-progress")
    return UserMessage(
        sid=asked.ids.new(prefix),
        account_sid=call.account_sid,
        call_sid=call.sid,
        created_at=asked.now,
        callback=callback,
    )


def _send(asked: Asked) -> UserMessage:
    content = asked.form.required("Content", code=_INVALID)
    if len(content) > MOST_CONTENT:
        raise RestError(400, _INVALID, f"Content must have at most {MOST_CONTENT} characters")
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        raise RestError(400, _INVALID, "Content must be JSON") from None
    return _made(asked, "KX")


def _subscribe(asked: Asked) -> UserMessage:
    asked.form.required("Callback", code=_INVALID)
    callback = checks.url(asked.form.text("Callback"), name="Callback")
    checks.method(asked.form.text("Method") or "POST", name="Method")
    made = _made(asked, "ZY", callback or "")
    asked.logs.subscriptions.add(made)
    return made


def _unsubscribe(asked: Asked) -> None:
    if not asked.logs.subscriptions.take_out(asked.sids["CA"], asked.sid):
        raise RestError(404, 20404, f"There is no subscription {asked.sid[:60]}")


MESSAGES = Resource(
    path="Accounts/{AC}/Calls/{CA}/UserDefinedMessages",
    list_key="",
    render=_render,
    create=_send,
    is_of_call=True,
)
SUBSCRIPTIONS = Resource(
    path="Accounts/{AC}/Calls/{CA}/UserDefinedMessageSubscriptions",
    list_key="",
    render=_render_subscription,
    create=_subscribe,
    delete=_unsubscribe,
    is_of_call=True,
)
