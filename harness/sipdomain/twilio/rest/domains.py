"""SIP domains (https://www.twilio.com/docs/voice/api/sip-domain-resource)."""

from __future__ import annotations

from typing import Final, cast

from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.rest.resource import VERSION, Asked, Json, uri
from sipdomain.twilio.rest.stored import stored
from sipdomain.twilio.store import Domain, DomainSettings

_INVALID: Final = 21231
_TEXTS: Final = {
    "FriendlyName": "friendly_name",
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "VoiceStatusCallbackUrl": "voice_status_callback_url",
    "VoiceStatusCallbackMethod": "voice_status_callback_method",
    "ByocTrunkSid": "byoc_trunk_sid",
    "EmergencyCallerSid": "emergency_caller_sid",
}
_SWITCHES: Final = {
    "SipRegistration": "sip_registration",
    "EmergencyCallingEnabled": "emergency_calling_enabled",
    "Secure": "secure",
}


def _settings(form: Parameters) -> DomainSettings:
    """Return what the form sets; what it leaves out is left out."""
    return cast("DomainSettings", form.settings(_TEXTS, _SWITCHES, code=_INVALID))


def _render(asked: Asked, domain: Domain) -> Json:
    here = ("Accounts", domain.account_sid, "SIP", "Domains", domain.sid)
    return {
        "sid": domain.sid,
        "account_sid": domain.account_sid,
        "domain_name": domain.domain_name,
        "friendly_name": domain.friendly_name,
        "auth_type": asked.store.auth_type(domain),
        "api_version": VERSION,
        "voice_url": domain.voice_url,
        "voice_method": domain.voice_method,
        "voice_fallback_url": domain.voice_fallback_url,
        "voice_fallback_method": domain.voice_fallback_method,
        "voice_status_callback_url": domain.voice_status_callback_url,
        "voice_status_callback_method": domain.voice_status_callback_method,
        "sip_registration": domain.sip_registration,
        "emergency_calling_enabled": domain.emergency_calling_enabled,
        "secure": domain.secure,
        "byoc_trunk_sid": domain.byoc_trunk_sid,
        "emergency_caller_sid": domain.emergency_caller_sid,
        "date_created": rfc2822(domain.created_at),
        "date_updated": rfc2822(domain.updated_at),
        "uri": uri(*here),
        "subresource_uris": {
            "ip_access_control_list_mappings": uri(*here, "IpAccessControlListMappings"),
            "credential_list_mappings": uri(*here, "CredentialListMappings"),
        },
    }


def _create(asked: Asked) -> Domain:
    name = asked.form.required("DomainName", code=_INVALID)
    return asked.store.domains.create(asked.account_sid, name, now=asked.now, **_settings(asked.form))


def _update(asked: Asked) -> Domain:
    return asked.store.domains.update(
        asked.account_sid,
        asked.sid,
        now=asked.now,
        domain_name=asked.form.text("DomainName"),
        **_settings(asked.form),
    )


RESOURCE = stored(
    lambda store: store.domains,
    path="Accounts/{AC}/SIP/Domains",
    list_key="domains",
    render=_render,
    create=_create,
    update=_update,
    event="sip-domain",
)
