"""IP records on SIP domains (https://www.twilio.com/docs/voice/bring-your-own-carrier-byoc/api/sourceipmapping-resource)."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.rest.dates import iso8601
from sipdomain.twilio.rest.resource import VOICE, Asked, Json
from sipdomain.twilio.rest.stored import stored
from sipdomain.twilio.store.trunk_model import SourceIpMapping

_INVALID: Final = 20422


def _render(asked: Asked, mapping: SourceIpMapping) -> Json:
    return {
        "sid": mapping.sid,
        "ip_record_sid": mapping.ip_record_sid,
        "sip_domain_sid": mapping.sip_domain_sid,
        "date_created": iso8601(mapping.created_at),
        "date_updated": iso8601(mapping.updated_at),
        "url": f"{asked.base_url}/{VOICE}/SourceIpMappings/{mapping.sid}",
    }


def _create(asked: Asked) -> SourceIpMapping:
    record = asked.form.required("IpRecordSid", code=_INVALID)
    domain = asked.form.required("SipDomainSid", code=_INVALID)
    return asked.store.trunks.map_source(asked.account_sid, record, domain, now=asked.now)


def _update(asked: Asked) -> SourceIpMapping:
    domain = asked.form.required("SipDomainSid", code=_INVALID)
    return asked.store.trunks.remap_source(asked.account_sid, asked.sid, domain, now=asked.now)


RESOURCE = stored(
    lambda store: store.trunks.source_ip_mappings,
    path="SourceIpMappings",
    list_key="source_ip_mappings",
    render=_render,
    create=_create,
    update=_update,
)
