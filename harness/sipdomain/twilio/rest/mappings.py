"""Lists on a domain: two older resources for calls, and the three under Auth.

Both paths for calls lead to the same mappings, as seen on a live domain. The older ones have `uri` and
`domain_sid`; those under Auth do not, and call their list `contents`. Sources:
https://www.twilio.com/docs/voice/api/sip-domain-resource and the mapping pages beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.resource import Asked, Json, Resource, uri
from sipdomain.twilio.store import Mapping, Purpose

_DOMAIN = "Accounts/{AC}/SIP/Domains/{SD}"


def _resource(path: str, kind: Literal["AL", "CL"], purpose: Purpose, list_key: str) -> Resource[Mapping]:
    """Return the resource of one kind of list for one purpose.

    Args:
        path: Below the domain.
        kind: "AL" for access lists, "CL" for credential lists.
        purpose: What the lists guard.
        list_key: The key of the list in a page.
    """
    parameter = "IpAccessControlListSid" if kind == "AL" else "CredentialListSid"
    tells_place = not path.startswith("Auth/")

    def render(asked: Asked, mapping: Mapping) -> Json:
        lists = asked.store.access_lists if kind == "AL" else asked.store.credential_lists
        owner = mapping.account_sid
        fields = {
            "sid": mapping.sid,
            "account_sid": owner,
            "friendly_name": lists.fetch(owner, mapping.sid).friendly_name,
            "date_created": rfc2822(mapping.created_at),
            "date_updated": rfc2822(mapping.updated_at),
        }
        if tells_place:
            fields["domain_sid"] = mapping.domain_sid
            fields["uri"] = uri("Accounts", owner, "SIP", "Domains", mapping.domain_sid, path, mapping.sid)
        return fields

    def all_of(asked: Asked) -> Sequence[Mapping]:
        return asked.store.mappings(asked.account_sid, asked.sids["SD"], purpose, kind)

    def create(asked: Asked) -> Mapping:
        list_sid = asked.form.required(parameter, code=21231)
        return asked.store.map_list(
            asked.account_sid, asked.sids["SD"], list_sid, purpose, kind=kind, now=asked.now
        )

    def fetch(asked: Asked) -> Mapping:
        return asked.store.mapping(asked.account_sid, asked.sids["SD"], asked.sid, purpose, kind=kind)

    def delete(asked: Asked) -> None:
        asked.store.unmap_list(asked.account_sid, asked.sids["SD"], asked.sid, purpose, kind=kind)

    return Resource(
        path=f"{_DOMAIN}/{path}",
        list_key=list_key,
        render=render,
        list=all_of,
        create=create,
        fetch=fetch,
        delete=delete,
        event="sip-domain",
        part_of="SD",
    )


ACCESS_LISTS = _resource("IpAccessControlListMappings", "AL", "calls", "ip_access_control_list_mappings")
CREDENTIAL_LISTS = _resource("CredentialListMappings", "CL", "calls", "credential_list_mappings")
CALLS_ACCESS_LISTS = _resource("Auth/Calls/IpAccessControlListMappings", "AL", "calls", "contents")
CALLS_CREDENTIAL_LISTS = _resource("Auth/Calls/CredentialListMappings", "CL", "calls", "contents")
REGISTRATIONS = _resource("Auth/Registrations/CredentialListMappings", "CL", "registrations", "contents")
