"""Accounts: the one that asks, and its subaccounts (https://www.twilio.com/docs/iam/api/account)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from sipdomain.errors import RestError
from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.resource import Asked, Json, Resource, uri
from sipdomain.twilio.store import Account, AccountStatus

# As the provider lists them, whether emulated or not.
_SUBRESOURCES: Final = {
    "addresses": "Addresses",
    "applications": "Applications",
    "authorized_connect_apps": "AuthorizedConnectApps",
    "available_phone_numbers": "AvailablePhoneNumbers",
    "balance": "Balance",
    "calls": "Calls",
    "conferences": "Conferences",
    "connect_apps": "ConnectApps",
    "incoming_phone_numbers": "IncomingPhoneNumbers",
    "keys": "Keys",
    "messages": "Messages",
    "notifications": "Notifications",
    "outgoing_caller_ids": "OutgoingCallerIds",
    "queues": "Queues",
    "recordings": "Recordings",
    "short_codes": "SMS/ShortCodes",
    "signing_keys": "SigningKeys",
    "sip": "SIP",
    "transcriptions": "Transcriptions",
    "usage": "Usage",
}


def _render(_: Asked, account: Account) -> Json:
    here = ("Accounts", account.sid)
    return {
        "sid": account.sid,
        "owner_account_sid": account.account_sid,
        "friendly_name": account.friendly_name,
        "auth_token": account.auth_token,
        "status": account.status,
        "type": "Full",
        "date_created": rfc2822(account.created_at),
        "date_updated": rfc2822(account.updated_at),
        "uri": uri(*here),
        "subresource_uris": {key: uri(*here, name) for key, name in _SUBRESOURCES.items()},
    }


def _list(asked: Asked) -> Sequence[Account]:
    name, status = asked.query.text("FriendlyName") or None, asked.query.text("Status") or None
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
        if asked.sid == asked.account.sid == asked.account.account_sid:
            raise RestError(400, 21477, "The status of a main account cannot be changed")
        # That a subaccount may not change its own is documented; the code is assumed.
        if asked.sid == asked.account.sid:
            raise RestError(403, 20006, "Only its parent may change the status of a subaccount")
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
    account_only=True,
)
