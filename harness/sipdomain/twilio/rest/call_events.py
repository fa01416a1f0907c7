"""Events of a call: the requests about it, to webhooks and to this API (https://www.twilio.com/docs/voice/api/call-event-resource)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sipdomain.errors import RestError
from sipdomain.twilio.debugger import shown
from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.resource import Asked, Json, Resource
from sipdomain.twilio.store.answered_requests import Exchange

_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SECRET: Final = frozenset({"sip_auth_password"})


def _render(_: Asked, exchange: Exchange) -> Json:
    named = {_WORD.sub("_", name).lower(): shown(value) for name, value in exchange.parameters}
    return {
        "request": {
            "method": exchange.method,
            "url": shown(exchange.url),
            "parameters": {name: value for name, value in named.items() if name not in _SECRET},
        },
        "response": {
            "response_code": exchange.status or None,
            "request_duration": round(exchange.duration * 1000),
            "content_type": exchange.content_type or None,
            "response_body": shown(exchange.body.decode("utf-8", "replace")),
            "date_created": rfc2822(exchange.created_at),
        },
    }


def _list(asked: Asked) -> Sequence[Exchange]:
    sid = asked.sids["CA"]
    call = asked.calls.find(sid)
    if call is None or call.account_sid != asked.account_sid:
        raise RestError(404, 20404, f"There is no call {sid[:60]}")
    return asked.logs.exchanges.of(sid)


RESOURCE = Resource(
    path="Accounts/{AC}/Calls/{CA}/Events",
    list_key="events",
    render=_render,
    list=_list,
)
