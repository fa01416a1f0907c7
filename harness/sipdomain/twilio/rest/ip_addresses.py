"""Addresses of an access list (https://www.twilio.com/docs/voice/api/sip-ipaddress-resource)."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.rest import ip_access_control_lists
from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.resource import Asked, Json, uri
from sipdomain.twilio.rest.stored import entries
from sipdomain.twilio.store import IpAddress

_INVALID: Final = 21238


def _render(_: Asked, record: IpAddress) -> Json:
    return {
        "sid": record.sid,
        "account_sid": record.account_sid,
        "ip_access_control_list_sid": record.list_sid,
        "friendly_name": record.friendly_name,
        "ip_address": record.ip_address,
        "cidr_prefix_length": record.cidr_prefix_length,
        "date_created": rfc2822(record.created_at),
        "date_updated": rfc2822(record.updated_at),
        "uri": uri(
            "Accounts",
            record.account_sid,
            "SIP",
            "IpAccessControlLists",
            record.list_sid,
            "IpAddresses",
            record.sid,
        ),
    }


def _create(asked: Asked) -> IpAddress:
    length = asked.form.integer("CidrPrefixLength", code=_INVALID)
    return asked.store.access_lists.add(
        asked.account_sid,
        asked.sids["AL"],
        asked.form.text("FriendlyName") or "",
        asked.form.text("IpAddress") or "",
        cidr_prefix_length=32 if length is None else length,
        now=asked.now,
    )


def _update(asked: Asked) -> IpAddress:
    return asked.store.access_lists.change_entry(
        asked.account_sid,
        asked.sids["AL"],
        asked.sid,
        friendly_name=asked.form.text("FriendlyName"),
        ip_address=asked.form.text("IpAddress"),
        cidr_prefix_length=asked.form.integer("CidrPrefixLength", code=_INVALID),
        now=asked.now,
    )


RESOURCE = entries(
    lambda store: store.access_lists,
    name="IpAddresses",
    of=ip_access_control_lists.RESOURCE,
    above="AL",
    list_key="ip_addresses",
    render=_render,
    create=_create,
    update=_update,
)
