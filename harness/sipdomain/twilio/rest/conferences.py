"""Conferences (https://www.twilio.com/docs/voice/api/conference-resource): there is none, as no verb makes one yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NoReturn

from sipdomain.errors import RestError
from sipdomain.twilio.rest.dates import parse_date
from sipdomain.twilio.rest.resource import Asked, Json, Resource
from sipdomain.twilio.store import Record

_DATES: Final = [f"{name}{sign}" for name in ("DateCreated", "DateUpdated") for sign in ("", "<", ">")]


def _render(_: Asked, record: Record) -> Json:
    return {"sid": record.sid}


def _list(asked: Asked) -> Sequence[Record]:
    for name in _DATES:
        text = asked.query.text(name)
        if text:
            parse_date(text, name=name)
    return []


def _unknown(asked: Asked) -> NoReturn:
    raise RestError(404, 20404, f"There is no conference {asked.sids.get('CF', asked.sid)[:60]}")


_CONFERENCE: Final = "Accounts/{AC}/Conferences/{CF}"

RESOURCE = Resource(
    path="Accounts/{AC}/Conferences",
    list_key="conferences",
    render=_render,
    list=_list,
    fetch=_unknown,
    update=_unknown,
)

# https://www.twilio.com/docs/voice/api/conference-participant-resource
PARTICIPANTS = Resource(
    path=f"{_CONFERENCE}/Participants",
    list_key="participants",
    render=_render,
    list=_unknown,
    fetch=_unknown,
    update=_unknown,
    delete=_unknown,
    not_emulated=frozenset({"create"}),
)

RECORDINGS = Resource(
    path=f"{_CONFERENCE}/Recordings",
    list_key="recordings",
    render=_render,
    list=_unknown,
    fetch=_unknown,
    update=_unknown,
    delete=_unknown,
)
