"""Credentials of a credential list (https://www.twilio.com/docs/voice/api/sip-credential-resource)."""

from __future__ import annotations

from sipdomain.twilio.rest import credential_lists
from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.resource import Asked, Json, uri
from sipdomain.twilio.rest.stored import entries
from sipdomain.twilio.store import Credential


def _render(_: Asked, record: Credential) -> Json:
    return {
        "sid": record.sid,
        "account_sid": record.account_sid,
        "credential_list_sid": record.list_sid,
        "username": record.username,
        "date_created": rfc2822(record.created_at),
        "date_updated": rfc2822(record.updated_at),
        "uri": uri(
            "Accounts",
            record.account_sid,
            "SIP",
            "CredentialLists",
            record.list_sid,
            "Credentials",
            record.sid,
        ),
    }


def _create(asked: Asked) -> Credential:
    return asked.store.credential_lists.add(
        asked.account_sid,
        asked.sids["CL"],
        asked.form.text("Username") or "",
        password=asked.form.text("Password") or "",
        now=asked.now,
    )


def _update(asked: Asked) -> Credential:
    password = asked.form.text("Password")
    return asked.store.credential_lists.change_password(
        asked.account_sid, asked.sids["CL"], asked.sid, password, now=asked.now
    )


RESOURCE = entries(
    lambda store: store.credential_lists,
    name="Credentials",
    of=credential_lists.RESOURCE,
    above="CL",
    list_key="credentials",
    render=_render,
    create=_create,
    update=_update,
)
