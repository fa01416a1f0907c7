"""Credentials of a credential list (https://www.twilio.com/docs/voice/api/sip-credential-resource)."""

from __future__ import annotations

from collections.abc import Sequence

from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.resource import Asked, Json, Resource, uri
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


def _list(asked: Asked) -> Sequence[Credential]:
    return asked.store.credential_lists.entries_of(asked.account_sid, asked.sids["CL"])


def _create(asked: Asked) -> Credential:
    return asked.store.credential_lists.add(
        asked.account_sid,
        asked.sids["CL"],
        asked.form.text("Username") or "",
        password=asked.form.text("Password") or "",
        now=asked.now,
    )


def _fetch(asked: Asked) -> Credential:
    return asked.store.credential_lists.entry(asked.account_sid, asked.sids["CL"], asked.sid)


def _update(asked: Asked) -> Credential:
    password = asked.form.text("Password")
    if password is None:
        return _fetch(asked)
    return asked.store.credential_lists.change_password(
        asked.account_sid, asked.sids["CL"], asked.sid, password, now=asked.now
    )


def _delete(asked: Asked) -> None:
    asked.store.credential_lists.remove(asked.account_sid, asked.sids["CL"], asked.sid)


RESOURCE = Resource(
    path="Accounts/{AC}/SIP/CredentialLists/{CL}/Credentials",
    list_key="credentials",
    render=_render,
    list=_list,
    create=_create,
    fetch=_fetch,
    update=_update,
    delete=_delete,
    event="sip-credential-list",
    part_of="CL",
)
