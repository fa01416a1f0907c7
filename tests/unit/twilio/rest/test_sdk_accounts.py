"""The provider's own SDK for Python works on accounts and subaccounts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from sipdomain.twilio.store import Store
from tests.unit.twilio.rest.sdk import ACCOUNT, BASE, NOBODY, NOW, refusal


@pytest.mark.rule("subaccounts")
def test_a_subaccount_is_made_read_by_its_parent_suspended_and_closed(client: Any) -> None:
    sub = client.api.v2010.accounts.create()
    here = client.api.v2010.accounts(sub.sid)

    assert sub.friendly_name == "SubAccount Created at 2015-07-20 05:27 PM"
    assert (sub.status, sub.type, sub.owner_account_sid) == ("active", "Full", ACCOUNT)
    assert len(sub.auth_token) == 32
    assert here.fetch().sid == sub.sid
    assert here.update(friendly_name="Branch", status="suspended").status == "suspended"
    assert here.update(status="active").status == "active"
    assert [each.sid for each in client.api.v2010.accounts.list(status="suspended")] == []
    assert here.update(status="closed").status == "closed"
    assert [each.sid for each in client.api.v2010.accounts.list(status="closed")] == [sub.sid]
    assert here.fetch().friendly_name == "Branch"
    for status in ("active", "suspended"):
        assert refusal(partial(here.update, status=status)) == (400, 21479)
    assert here.update(status="closed").status == "closed"
    assert refusal(lambda: client.api.v2010.accounts("AC" + NOBODY).fetch()) == (404, 20404)


def test_the_status_of_a_main_account_is_nobodys_to_change(
    client: Any, log_in: Callable[[str, str], Any]
) -> None:
    sub = client.api.v2010.accounts.create()
    by_sub = log_in(sub.sid, sub.auth_token)

    for status in ("active", "suspended", "closed"):
        main = client.api.v2010.accounts(ACCOUNT)
        assert refusal(partial(main.update, status=status)) == (400, 21477)
        own = by_sub.api.v2010.accounts(sub.sid)
        assert refusal(partial(own.update, status=status)) == (403, 20006)
    assert refusal(lambda: client.api.v2010.accounts(ACCOUNT).update(status="asleep")) == (400, 21475)
    assert refusal(by_sub.api.v2010.accounts.create) == (400, 21471)
    assert refusal(lambda: by_sub.api.v2010.accounts(ACCOUNT).fetch()) == (404, 20404)
    assert [each.sid for each in by_sub.api.v2010.accounts.list()] == [sub.sid]


def test_an_account_names_all_that_stands_below_it(client: Any) -> None:
    uris = client.api.v2010.accounts(ACCOUNT).fetch().subresource_uris

    # https://github.com/twilio/twilio-oai, spec twilio_api_v2010, the example of FetchAccount.
    assert uris == {
        "addresses": f"{BASE}/Addresses.json",
        "applications": f"{BASE}/Applications.json",
        "authorized_connect_apps": f"{BASE}/AuthorizedConnectApps.json",
        "available_phone_numbers": f"{BASE}/AvailablePhoneNumbers.json",
        "balance": f"{BASE}/Balance.json",
        "calls": f"{BASE}/Calls.json",
        "conferences": f"{BASE}/Conferences.json",
        "connect_apps": f"{BASE}/ConnectApps.json",
        "incoming_phone_numbers": f"{BASE}/IncomingPhoneNumbers.json",
        "keys": f"{BASE}/Keys.json",
        "messages": f"{BASE}/Messages.json",
        "notifications": f"{BASE}/Notifications.json",
        "outgoing_caller_ids": f"{BASE}/OutgoingCallerIds.json",
        "queues": f"{BASE}/Queues.json",
        "recordings": f"{BASE}/Recordings.json",
        "short_codes": f"{BASE}/SMS/ShortCodes.json",
        "signing_keys": f"{BASE}/SigningKeys.json",
        "sip": f"{BASE}/SIP.json",
        "transcriptions": f"{BASE}/Transcriptions.json",
        "usage": f"{BASE}/Usage.json",
    }


@pytest.mark.parametrize(
    ("status", "possible"),
    [("active", "list create update delete"), ("suspended", "list update delete"), ("closed", "list")],
)
def test_what_a_parent_may_do_below_a_subaccount_depends_on_its_status(
    client: Any, store: Store, status: Any, possible: str
) -> None:
    sub = client.api.v2010.accounts.create()
    queues = client.api.v2010.accounts(sub.sid).queues
    first = queues.create(friendly_name="first")
    store.accounts.update(sub.sid, status=status, now=NOW)

    for name, action in {
        "list": queues.list,
        "create": lambda: queues.create(friendly_name="second"),
        "update": lambda: queues(first.sid).update(max_size=2),
        "delete": lambda: queues(first.sid).delete(),
    }.items():
        if name in possible:
            action()
        else:
            assert refusal(action) == (403, 20005)


@pytest.mark.rule("rest-inactive-account")
@pytest.mark.parametrize("whose", ["own", "parent's"])
@pytest.mark.parametrize("status", ["suspended", "closed"])
def test_an_account_that_is_not_active_is_let_in_by_none_of_its_credentials(
    client: Any, store: Store, log_in: Callable[[str, str], Any], status: Any, whose: str
) -> None:
    sub = client.api.v2010.accounts.create()
    key = client.api.v2010.accounts(sub.sid).new_keys.create()
    store.accounts.update(sub.sid if whose == "own" else ACCOUNT, status=status, now=NOW)

    for user, password in ((sub.sid, sub.auth_token), (key.sid, key.secret)):
        queues = log_in(user, password).api.v2010.accounts(sub.sid).queues
        assert refusal(queues.list) == (403, 20005)
