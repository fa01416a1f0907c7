"""BYOC trunks (https://www.twilio.com/docs/voice/bring-your-own-carrier-byoc/api/byoctrunk-resource)."""

from __future__ import annotations

from typing import Any, Final

from sipdomain.twilio.rest.dates import iso8601
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.rest.resource import VOICE, Asked, Json
from sipdomain.twilio.rest.stored import stored
from sipdomain.twilio.store.trunk_model import ByocTrunk

_INVALID: Final = 20422
_SETTINGS: Final = {
    "FriendlyName": "friendly_name",
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallbackUrl": "status_callback_url",
    "StatusCallbackMethod": "status_callback_method",
    "ConnectionPolicySid": "connection_policy_sid",
    "FromDomainSid": "from_domain_sid",
}


def _settings(form: Parameters) -> dict[str, Any]:
    """Return what the form sets; what it leaves out is left out."""
    return form.settings(_SETTINGS, {"CnamLookupEnabled": "cnam_lookup_enabled"}, code=_INVALID)


def _render(asked: Asked, trunk: ByocTrunk) -> Json:
    return {
        "sid": trunk.sid,
        "account_sid": trunk.account_sid,
        **{key: getattr(trunk, key) for key in _SETTINGS.values()},
        "cnam_lookup_enabled": trunk.cnam_lookup_enabled,
        "date_created": iso8601(trunk.created_at),
        "date_updated": iso8601(trunk.updated_at),
        "url": f"{asked.base_url}/{VOICE}/ByocTrunks/{trunk.sid}",
    }


def _create(asked: Asked) -> ByocTrunk:
    return asked.store.trunks.add_trunk(asked.account_sid, now=asked.now, **_settings(asked.form))


def _update(asked: Asked) -> ByocTrunk:
    return asked.store.trunks.change_trunk(
        asked.account_sid, asked.sid, now=asked.now, **_settings(asked.form)
    )


RESOURCE = stored(
    lambda store: store.trunks.byoc_trunks,
    path="ByocTrunks",
    list_key="byoc_trunks",
    render=_render,
    create=_create,
    update=_update,
)
