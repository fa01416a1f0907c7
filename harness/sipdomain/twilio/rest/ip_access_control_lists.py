"""IP access control lists (https://www.twilio.com/docs/voice/api/sip-ipaccesscontrollist-resource)."""

from __future__ import annotations

from collections.abc import Sequence

from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.resource import Asked, Json, Resource, uri
from sipdomain.twilio.store import NamedList


def _render(_: Asked, record: NamedList) -> Json:
    here = ("Accounts", record.account_sid, "SIP", "IpAccessControlLists", record.sid)
    return {
        "sid": record.sid,
        "account_sid": record.account_sid,
        "friendly_name": record.friendly_name,
        "date_created": rfc2822(record.created_at),
        "date_updated": rfc2822(record.updated_at),
        "uri": uri(*here),
        "subresource_uris": {"ip_addresses": uri(*here, "IpAddresses")},
    }


def _list(asked: Asked) -> Sequence[NamedList]:
    return asked.store.access_lists.of(asked.account_sid)


def _create(asked: Asked) -> NamedList:
    name = asked.form.text("FriendlyName") or ""
    return asked.store.access_lists.create(asked.account_sid, name, now=asked.now)


def _fetch(asked: Asked) -> NamedList:
    return asked.store.access_lists.fetch(asked.account_sid, asked.sid)


def _update(asked: Asked) -> NamedList:
    name = asked.form.text("FriendlyName") or ""
    return asked.store.access_lists.rename(asked.account_sid, asked.sid, name, now=asked.now)


def _delete(asked: Asked) -> None:
    asked.store.access_lists.delete(asked.account_sid, asked.sid)


RESOURCE = Resource(
    path="Accounts/{AC}/SIP/IpAccessControlLists",
    list_key="ip_access_control_lists",
    render=_render,
    list=_list,
    create=_create,
    fetch=_fetch,
    update=_update,
    delete=_delete,
    event="sip-ip-access-control-list",
)
