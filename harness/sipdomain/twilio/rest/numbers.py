"""Phone numbers of an account (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource).

Kept, and shown as they were set: no call reaches a number, and nothing is asked of its webhooks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, cast

from sipdomain.errors import RestError
from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.rest.resource import Asked, Json, Resource, uri
from sipdomain.twilio.store import NumberSettings, NumberType, PhoneNumber

_INVALID: Final = 20422
_SETTINGS: Final = {
    "FriendlyName": "friendly_name",
    "ApiVersion": "api_version",
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "VoiceApplicationSid": "voice_application_sid",
    "VoiceReceiveMode": "voice_receive_mode",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsFallbackUrl": "sms_fallback_url",
    "SmsFallbackMethod": "sms_fallback_method",
    "SmsApplicationSid": "sms_application_sid",
    "TrunkSid": "trunk_sid",
    "EmergencyStatus": "emergency_status",
    "EmergencyAddressSid": "emergency_address_sid",
    "IdentitySid": "identity_sid",
    "AddressSid": "address_sid",
    "BundleSid": "bundle_sid",
}
# Of these an empty value counts as none.
_NEVER_EMPTY: Final = ("FriendlyName", "ApiVersion", "VoiceReceiveMode", "EmergencyStatus")
# As in the provider's examples: unset, these are "" and all others null.
_EMPTY_TEXT: Final = (
    "sms_application_sid",
    "sms_fallback_url",
    "sms_url",
    "status_callback",
    "voice_application_sid",
)


def _settings(form: Parameters) -> NumberSettings:
    """Return what the form sets; what it leaves out is left out."""
    texts = {name: key for name, key in _SETTINGS.items() if form.text(name) or name not in _NEVER_EMPTY}
    given = form.settings(texts, {"VoiceCallerIdLookup": "voice_caller_id_lookup"}, code=_INVALID)
    return cast("NumberSettings", given)


def _render(_: Asked, number: PhoneNumber) -> Json:
    kept = {key: getattr(number, key) for key in _SETTINGS.values()}
    return {
        **kept,
        **{key: kept[key] or "" for key in _EMPTY_TEXT},
        "sid": number.sid,
        "account_sid": number.account_sid,
        "phone_number": number.phone_number,
        "voice_caller_id_lookup": number.voice_caller_id_lookup,
        "type": number.type,
        "status": "in-use",
        "origin": "twilio",
        "beta": False,
        # What sipdomain does not emulate, a number cannot.
        "capabilities": {"voice": True, "sms": False, "mms": False, "fax": False},
        "address_requirements": "none",
        "emergency_address_status": "unregistered",
        "date_created": rfc2822(number.created_at),
        "date_updated": rfc2822(number.updated_at),
        "uri": uri("Accounts", number.account_sid, "IncomingPhoneNumbers", number.sid),
    }


def _fetch(asked: Asked) -> PhoneNumber:
    return asked.store.numbers.fetch(asked.account_sid, asked.sid)


def _update(asked: Asked) -> PhoneNumber:
    to = asked.form.text("AccountSid") or ""
    if to and to != asked.account_sid:
        if not asked.store.accounts.may_use(asked.account, to):
            raise RestError(400, 21473, f"Account {to[:60]} is not related to the owner of the number")
        if asked.store.accounts.standing(to) != "active":
            raise RestError(400, 21472, f"Account {to} is not active")
    return asked.store.numbers.update(
        asked.account_sid, asked.sid, to=to, now=asked.now, **_settings(asked.form)
    )


def _delete(asked: Asked) -> None:
    asked.store.numbers.delete(asked.account_sid, asked.sid)


def _render_of_kind(asked: Asked, number: PhoneNumber) -> Json:
    """Render a number as the resource of its kind does, where the kind goes without saying."""
    return {key: value for key, value in _render(asked, number).items() if key != "type"}


def _resource(path: str = "", kind: NumberType | None = None) -> Resource[PhoneNumber]:
    """Return the resource of one kind of number, or of all."""

    def all_of(asked: Asked) -> Sequence[PhoneNumber]:
        query = asked.query
        number = _matcher(query.text("PhoneNumber") or "")
        name, origin = query.text("FriendlyName"), query.text("Origin")
        # No number is new to the provider, so either answer leaves them all in.
        query.boolean("Beta", code=_INVALID)
        return [
            each
            for each in asked.store.numbers.of(asked.account_sid)
            if kind in (None, each.type)
            and number.search(each.phone_number)
            and (not name or each.friendly_name == name)
            and (not origin or origin == "twilio")
        ]

    def create(asked: Asked) -> PhoneNumber:
        # Only the list of all kinds takes an area code.
        area_code = asked.form.text("AreaCode") or "" if kind is None else ""
        return asked.store.numbers.buy(
            asked.account_sid,
            phone_number=asked.form.text("PhoneNumber") or "",
            area_code=area_code,
            kind=kind,
            now=asked.now,
            **_settings(asked.form),
        )

    return Resource(
        path=f"Accounts/{{AC}}/IncomingPhoneNumbers{path}",
        list_key="incoming_phone_numbers",
        render=_render_of_kind if path else _render,
        list=all_of,
        create=create,
        fetch=None if path else _fetch,
        update=None if path else _update,
        delete=None if path else _delete,
    )


def _matcher(pattern: str) -> re.Pattern[str]:
    """Return what finds a part of a number, in which "*" stands for any digit."""
    return re.compile(re.escape(pattern).replace(r"\*", "[0-9]"))


RESOURCE = _resource()
LOCAL = _resource("/Local", "local")
MOBILE = _resource("/Mobile", "mobile")
TOLL_FREE = _resource("/TollFree", "toll-free")
