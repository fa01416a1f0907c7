"""Applications: webhooks under one name (https://www.twilio.com/docs/usage/api/applications)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.rest.resource import Asked, Json, uri
from sipdomain.twilio.rest.stored import stored
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
    given = form.settings(_SETTINGS, _SWITCHES, code=_INVALID)
    if not given.get("api_version"):
        given.pop("api_version", None)
    return given


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
    exact = asked.query.exactly(friendly_name="FriendlyName")
    return list(filter(exact, asked.store.applications.of(asked.account_sid)))


def _create(asked: Asked) -> Application:
    return asked.store.applications.create(asked.account_sid, now=asked.now, **_settings(asked.form))


def _update(asked: Asked) -> Application:
    return asked.store.applications.update(
        asked.account_sid, asked.sid, now=asked.now, **_settings(asked.form)
    )


RESOURCE = stored(
    lambda store: store.applications,
    path="Accounts/{AC}/Applications",
    list_key="applications",
    render=_render,
    found=_list,
    create=_create,
    update=_update,
)
