"""Accounts: the one that asks, and its subaccounts (https://www.twilio.com/docs/iam/api/account)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from harness.errors import RestError
from harness.twilio.rest.dates import rfc2822
from harness.twilio.rest.resource import Asked, Json, Resource, uri
from harness.twilio.store import Account, AccountStatus


def _render(_: Asked, account: Account) -> Json:
    return {
        "sid": account.sid,
        "owner_account_sid": account.account_sid,
        "friendly_name": account.friendly_name,
        "auth_token": account.auth_token,
        "status": account.status,
        "type": "Full",
        "date_created": rfc2822(account.created_at),
        "date_updated": rfc2822(account.updated_at),
        "uri": uri("Accounts", account.sid),
        "subresource_uris": {
            "calls": uri("Accounts", account.sid, "Calls"),
            "notifications": uri("Accounts", account.sid, "Notifications"),
            "sip": uri("Accounts", account.sid, "SIP"),
        },
    }


def _list(asked: Asked) -> Sequence[Account]:
    name, status = asked.query.text("FriendlyName"), asked.query.text("Status")
    return [
        account
        for account in asked.store.accounts.family(asked.account.sid)
        if name in (None, account.friendly_name) and status in (None, account.status)
    ]


def _create(asked: Asked) -> Account:
    name = asked.form.text("FriendlyName") or ""
    return asked.store.accounts.create(now=asked.now, friendly_name=name, owner_sid=asked.account.sid)


def _fetch(asked: Asked) -> Account:
    return asked.store.accounts.fetch(asked.sid)


def _update(asked: Asked) -> Account:
    status = asked.form.text("Status")
    if status is not None:
        if status not in {"active", "suspended", "closed"}:
            raise RestError(400, 21475, "Status must be active, suspended or closed")
        # That an account cannot shut itself off is assumed.
        if asked.sid == asked.account.sid:
            raise RestError(400, 21475, "An account cannot change its own status")
    return asked.store.accounts.update(
        asked.sid,
        now=asked.now,
        friendly_name=asked.form.text("FriendlyName"),
        status=cast("AccountStatus | None", status),
    )


RESOURCE = Resource(
    path="Accounts",
    list_key="accounts",
    render=_render,
    list=_list,
    create=_create,
    fetch=_fetch,
    update=_update,
    event="account",
)
