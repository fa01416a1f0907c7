"""Accounts and subaccounts."""

from __future__ import annotations

import pytest

from harness.errors import RestError
from harness.twilio.store import Store

MAIN = "AC00000000000000000000000000000001"
SUB = "AC00000000000000000000000000000002"
STRANGER = "AC00000000000000000000000000000003"


def test_only_the_right_token_opens_an_account(store: Store) -> None:
    main = store.accounts.fetch(MAIN)

    assert store.accounts.authenticated(MAIN, "main-token") is main
    assert store.accounts.authenticated(MAIN, "other-token") is None
    assert store.accounts.authenticated(MAIN, "") is None
    assert store.accounts.authenticated("", "") is None
    assert store.accounts.authenticated("AC9", "main-token") is None
    assert store.accounts.authenticated(MAIN, "schlüssel\udc80") is None


def test_a_main_account_works_for_its_subaccounts_only(store: Store) -> None:
    main, sub = store.accounts.fetch(MAIN), store.accounts.fetch(SUB)

    assert [store.accounts.may_use(main, sid) for sid in (MAIN, SUB, STRANGER, "")] == [
        True,
        True,
        False,
        False,
    ]
    assert [store.accounts.may_use(sub, sid) for sid in (MAIN, SUB, STRANGER, "")] == [
        False,
        True,
        False,
        False,
    ]
    assert [account.sid for account in store.accounts.family(MAIN)] == [MAIN, SUB]
    assert [account.sid for account in store.accounts.family(SUB)] == [SUB]


@pytest.mark.parametrize(
    ("sid", "owner", "status", "code"),
    [
        (MAIN, "", 409, 20409),
        ("AC1", "", 400, 21470),
        ("", "AC" + "9" * 32, 400, 21471),
        ("", SUB, 400, 21471),
        ("", MAIN, 400, 21480),
    ],
    ids=["taken", "malformed", "no such parent", "parent is a subaccount", "too many"],
)
def test_an_account_that_cannot_be_is_refused(
    store: Store, sid: str, owner: str, status: int, code: int
) -> None:
    with pytest.raises(RestError) as refused:
        store.accounts.create(sid=sid, owner_sid=owner, now=2.0)

    assert (refused.value.status, refused.value.code) == (status, code)


def test_a_suspended_parent_takes_no_subaccounts(store: Store) -> None:
    store.accounts.update(STRANGER, status="suspended", now=2.0)

    with pytest.raises(RestError) as refused:
        store.accounts.create(owner_sid=STRANGER, now=2.0)
    assert refused.value.code == 21472


def test_a_closed_account_stays_closed(store: Store) -> None:
    assert store.accounts.update(SUB, status="suspended", now=2.0).status == "suspended"
    assert (
        store.accounts.update(SUB, status="active", friendly_name="Branch", now=3.0).friendly_name == "Branch"
    )
    assert store.accounts.update(SUB, status="closed", now=4.0).updated_at == 4.0

    with pytest.raises(RestError) as refused:
        store.accounts.update(SUB, status="active", now=5.0)
    assert refused.value.code == 21479
    with pytest.raises(RestError) as refused:
        store.accounts.update("AC9", now=5.0)
    assert refused.value.code == 20404
