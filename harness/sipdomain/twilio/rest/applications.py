"""Applications: webhooks under one name (https://www.twilio.com/docs/usage/api/applications)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.rest.resource import Asked, Json, Resource, uri
from sipdomain.twilio.store.trunk_model import Application

_INVALID: Final = 20422
_SETTINGS: Final = {
    "FriendlyName": "friendly_name",
    "ApiVersion": "api_version",
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsFallbackUrl": "sms_fallback_url",
    "SmsFallbackMethod": "sms_fallback_method",
    "SmsStatusCallback": "sms_status_callback",
    "MessageStatusCallback": "message_status_callback",
}
_SWITCHES: Final = {
    "VoiceCallerIdLookup": "voice_caller_id_lookup",
    "PublicApplicationConnectEnabled": "public_application_connect_enabled",
}


def _settings(form: Parameters) -> dict[str, Any]:
    """Return what the form sets; what it leaves out is left out."""
    given: dict[str, Any] = {key: form.text(name) for name, key in _SETTINGS.items()}
    given["api_version"] = given["api_version"] or None
    given |= {key: form.boolean(name, code=_INVALID) for name, key in _SWITCHES.items()}
    return {key: value for key, value in given.items() if value is not None}


def _render(_: Asked, application: Application) -> Json:
    kept = (*_SETTINGS.values(), *_SWITCHES.values())
    return {
        "sid": application.sid,
        "account_sid": application.account_sid,
        **{key: getattr(application, key) for key in kept},
        "date_created": rfc2822(application.created_at),
        "date_updated": rfc2822(application.updated_at),
        "uri": uri("Accounts", application.account_sid, "Applications", application.sid),
    }


def _list(asked: Asked) -> Sequence[Application]:
    name = asked.query.text("FriendlyName")
    found = asked.store.applications.of(asked.account_sid)
    return [each for each in found if each.friendly_name == name] if name else found


def _create(asked: Asked) -> Application:
    return asked.store.applications.create(asked.account_sid, now=asked.now, **_settings(asked.form))


def _fetch(asked: Asked) -> Application:
    return asked.store.applications.fetch(asked.account_sid, asked.sid)


def _update(asked: Asked) -> Application:
    return asked.store.applications.update(
        asked.account_sid, asked.sid, now=asked.now, **_settings(asked.form)
    )


def _delete(asked: Asked) -> None:
    asked.store.applications.take_out(_fetch(asked))


RESOURCE = Resource(
    path="Accounts/{AC}/Applications",
    list_key="applications",
    render=_render,
    list=_list,
    create=_create,
    fetch=_fetch,
    update=_update,
    delete=_delete,
)
