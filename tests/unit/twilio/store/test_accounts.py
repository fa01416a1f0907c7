"""Accounts and subaccounts."""

from __future__ import annotations

import pytest

from sipdomain.errors import RestError
from sipdomain.twilio.store import Store

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


def test_an_account_stands_as_its_parent_does(store: Store) -> None:
    assert [store.accounts.standing(sid) for sid in (MAIN, SUB)] == ["active", "active"]
    store.accounts.update(SUB, status="suspended", now=2.0)
    assert [store.accounts.standing(sid) for sid in (MAIN, SUB)] == ["active", "suspended"]
    store.accounts.update(SUB, status="active", now=3.0)
    store.accounts.update(MAIN, status="suspended", now=4.0)
    assert [store.accounts.standing(sid) for sid in (MAIN, SUB)] == ["suspended", "suspended"]
    assert store.accounts.fetch(SUB).status == "active"
    with pytest.raises(RestError) as refused:
        store.accounts.update(SUB, status="suspended", now=5.0)
    assert (refused.value.status, refused.value.code) == (400, 21476)


@pytest.mark.parametrize(
    ("now", "name"),
    [
        (1437413230.0, "SubAccount Created at 2015-07-20 05:27 PM"),
        (1437350400.0, "SubAccount Created at 2015-07-20 12:00 AM"),
        (1437393600.0, "SubAccount Created at 2015-07-20 12:00 PM"),
    ],
)
def test_a_subaccount_without_a_name_says_when_it_was_made(store: Store, now: float, name: str) -> None:
    assert store.accounts.create(owner_sid=STRANGER, now=now).friendly_name == name
    assert store.accounts.create(now=now).friendly_name == "sipdomain"


def test_a_closed_account_gives_its_numbers_back(store: Store) -> None:
    for number in ("+15005550006", "+15005550007"):
        store.numbers.buy(SUB, phone_number=number, now=2.0)
    store.accounts.update(SUB, status="suspended", now=3.0)
    assert len(store.numbers.of(SUB)) == 2
    store.accounts.update(SUB, status="closed", now=4.0)
    assert store.numbers.of(SUB) == []
    assert store.numbers.buy(MAIN, phone_number="+15005550006", now=5.0).account_sid == MAIN


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
