"""BYOC trunks (https://www.twilio.com/docs/voice/bring-your-own-carrier-byoc/api/byoctrunk-resource)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sipdomain.twilio.rest.dates import iso8601
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.rest.resource import VOICE, Asked, Json, Resource
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
    given: dict[str, Any] = {key: form.text(name) for name, key in _SETTINGS.items()}
    given["cnam_lookup_enabled"] = form.boolean("CnamLookupEnabled", code=_INVALID)
    return {key: value for key, value in given.items() if value is not None}


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


def _list(asked: Asked) -> Sequence[ByocTrunk]:
    return asked.store.trunks.byoc_trunks.of(asked.account_sid)


def _create(asked: Asked) -> ByocTrunk:
    return asked.store.trunks.add_trunk(asked.account_sid, now=asked.now, **_settings(asked.form))


def _fetch(asked: Asked) -> ByocTrunk:
    return asked.store.trunks.byoc_trunks.fetch(asked.account_sid, asked.sid)


def _update(asked: Asked) -> ByocTrunk:
    return asked.store.trunks.change_trunk(
        asked.account_sid, asked.sid, now=asked.now, **_settings(asked.form)
    )


def _delete(asked: Asked) -> None:
    asked.store.trunks.byoc_trunks.take_out(_fetch(asked))


RESOURCE = Resource(
    path="ByocTrunks",
    list_key="byoc_trunks",
    render=_render,
    list=_list,
    create=_create,
    fetch=_fetch,
    update=_update,
    delete=_delete,
)
