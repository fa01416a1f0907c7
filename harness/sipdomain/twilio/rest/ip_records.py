"""IP records (https://www.twilio.com/docs/voice/bring-your-own-carrier-byoc/api/iprecord-resource)."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.rest.dates import iso8601
from sipdomain.twilio.rest.resource import VOICE, Asked, Json
from sipdomain.twilio.rest.stored import stored
from sipdomain.twilio.store.trunk_model import IpRecord

_INVALID: Final = 20422


def _render(asked: Asked, record: IpRecord) -> Json:
    return {
        "sid": record.sid,
        "account_sid": record.account_sid,
        "friendly_name": record.friendly_name,
        "ip_address": record.ip_address,
        "cidr_prefix_length": record.cidr_prefix_length,
        "date_created": iso8601(record.created_at),
        "date_updated": iso8601(record.updated_at),
        "url": f"{asked.base_url}/{VOICE}/IpRecords/{record.sid}",
    }


def _create(asked: Asked) -> IpRecord:
    form = asked.form
    length = form.integer("CidrPrefixLength", code=_INVALID)
    return asked.store.trunks.add_ip_record(
        asked.account_sid,
        form.required("IpAddress", code=_INVALID),
        cidr_prefix_length=32 if length is None else length,
        friendly_name=form.text("FriendlyName") or "",
        now=asked.now,
    )


def _update(asked: Asked) -> IpRecord:
    name = asked.form.text("FriendlyName")
    return asked.store.trunks.rename_ip_record(asked.account_sid, asked.sid, name, now=asked.now)


def _delete(asked: Asked) -> None:
    asked.store.trunks.remove_ip_record(asked.account_sid, asked.sid)


RESOURCE = stored(
    lambda store: store.trunks.ip_records,
    path="IpRecords",
    list_key="ip_records",
    render=_render,
    create=_create,
    update=_update,
    delete=_delete,
)
