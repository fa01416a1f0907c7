"""Outgoing caller IDs (https://www.twilio.com/docs/voice/api/outgoing-caller-ids).

The provider calls the number and waits for a code to be keyed in. There is no telephone network here: a number
counts as verified as soon as that is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from sipdomain.errors import RestError
from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.resource import Asked, Json, uri
from sipdomain.twilio.rest.stored import stored
from sipdomain.twilio.store import CallerId, checks

_LONGEST_DELAY: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Validated(CallerId):
    """A caller ID that was just asked for; answered as a validation request.

    Attributes:
        code: What a person would key in.
    """

    code: str


def _render(_: Asked, caller_id: CallerId) -> Json:
    if isinstance(caller_id, _Validated):
        return {
            "account_sid": caller_id.account_sid,
            # No call was made.
            "call_sid": None,
            "friendly_name": caller_id.friendly_name,
            "phone_number": caller_id.phone_number,
            "validation_code": caller_id.code,
        }
    return {
        "sid": caller_id.sid,
        "account_sid": caller_id.account_sid,
        "friendly_name": caller_id.friendly_name,
        "phone_number": caller_id.phone_number,
        "date_created": rfc2822(caller_id.created_at),
        "date_updated": rfc2822(caller_id.updated_at),
        "uri": uri("Accounts", caller_id.account_sid, "OutgoingCallerIds", caller_id.sid),
    }


def _list(asked: Asked) -> Sequence[CallerId]:
    exact = asked.query.exactly(phone_number="PhoneNumber", friendly_name="FriendlyName")
    return list(filter(exact, asked.store.caller_ids.of(asked.account_sid)))


def _create(asked: Asked) -> CallerId:
    form, store = asked.form, asked.store
    delay = form.integer("CallDelay", code=21454) or 0
    if not 0 <= delay <= _LONGEST_DELAY:
        raise RestError(400, 21454, f"CallDelay must be from 0 to {_LONGEST_DELAY} seconds (got {delay})")
    checks.url(form.text("StatusCallback"), name="StatusCallback", code=21456)
    checks.method(form.text("StatusCallbackMethod") or "POST", name="StatusCallbackMethod")
    number = form.text("PhoneNumber") or ""
    owned = store.numbers.owned(asked.account_sid, number)
    if owned is not None and not isinstance(owned, CallerId):
        raise RestError(400, 21449, f"{number} can be used for outgoing calls already")
    made = store.caller_ids.create(asked.account_sid, number, form.text("FriendlyName") or "", now=asked.now)
    return _Validated(**asdict(made), code=store.caller_ids.new_validation_code())


def _update(asked: Asked) -> CallerId:
    name = asked.form.text("FriendlyName")
    return asked.store.caller_ids.rename(asked.account_sid, asked.sid, name, now=asked.now)


RESOURCE = stored(
    lambda store: store.caller_ids,
    path="Accounts/{AC}/OutgoingCallerIds",
    list_key="outgoing_caller_ids",
    render=_render,
    found=_list,
    create=_create,
    update=_update,
    created=200,
)
