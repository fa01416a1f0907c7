"""Credential lists, access lists, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sipdomain.errors import RestError
from sipdomain.twilio.store import Store

MAIN = "AC00000000000000000000000000000001"
SUB = "AC00000000000000000000000000000002"
PASSWORD = "Correct-Horse-42"


def code_of(refused: pytest.ExceptionInfo[RestError]) -> tuple[int, int]:
    return refused.value.status, refused.value.code


@pytest.mark.rule("password-never-told", "password-hash")
def test_only_the_hash_of_a_password_is_kept(store: Store) -> None:
    staff = store.credential_lists.create(MAIN, "staff", now=2.0)
    alice = store.credential_lists.add(MAIN, staff.sid, "alice", password=PASSWORD, now=2.0)

    assert alice.ha1 == "5a49086a5b778a07a6eb73fbc8d5c8fe"  # MD5 of alice:sip.twilio.com:Correct-Horse-42
    assert PASSWORD not in repr(alice)
    changed = store.credential_lists.change_password(MAIN, staff.sid, alice.sid, "Other-Horse-43", now=3.0)
    assert changed.ha1 != alice.ha1
    assert (changed.created_at, changed.updated_at) == (2.0, 3.0)
    assert store.credential_lists.users(staff.sid)["alice"] is changed


@pytest.mark.rule("password-strength")
@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("Short-Pw-42", "at least 12 characters"),
        ("Correct-Horse-X", "a digit"),
        ("CORRECT-HORSE-42", "a small letter"),
        ("correct-horse-42", "a capital letter"),
        ("", "at least 12 characters, a digit, a small letter, a capital letter"),
    ],
)
def test_a_weak_password_is_refused(store: Store, password: str, missing: str) -> None:
    staff = store.credential_lists.create(MAIN, "staff", now=2.0)

    with pytest.raises(RestError, match=f"Password needs {missing}$") as refused:
        store.credential_lists.add(MAIN, staff.sid, "alice", password=password, now=2.0)
    assert code_of(refused) == (400, 21243)
    assert store.credential_lists.entries_of(MAIN, staff.sid) == []


@pytest.mark.rule("password-strength")
def test_twelve_characters_are_enough(store: Store) -> None:
    staff = store.credential_lists.create(MAIN, "staff", now=2.0)

    assert (
        store.credential_lists.add(MAIN, staff.sid, "alice", password="Twelve-chr-1", now=2.0).username
        == "alice"
    )


@pytest.mark.rule("user-names", "user-names-once")
@pytest.mark.parametrize(
    ("username", "message"),
    [
        ("", "Username is required"),
        ("x" * 33, "not be longer than 32"),
        ("a:b", "must not contain ':'"),
        ("a\nb", "must not contain ':' or control"),
        ("taken", "Username taken already exists in this list"),
    ],
)
def test_a_wrong_user_name_is_refused(store: Store, username: str, message: str) -> None:
    staff = store.credential_lists.create(MAIN, "staff", now=2.0)
    store.credential_lists.add(MAIN, staff.sid, "taken", password=PASSWORD, now=2.0)

    with pytest.raises(RestError, match=message) as refused:
        store.credential_lists.add(MAIN, staff.sid, username, password=PASSWORD, now=2.0)
    assert code_of(refused) == (400, 21243)


def test_a_user_name_may_stand_in_two_lists_and_in_two_cases(store: Store) -> None:
    lists = [store.credential_lists.create(MAIN, name, now=2.0) for name in ("staff", "crew")]
    for each in lists:
        store.credential_lists.add(MAIN, each.sid, "x" * 32, password=PASSWORD, now=2.0)
        store.credential_lists.add(MAIN, each.sid, "X" * 32, password=PASSWORD, now=2.0)

    assert [len(store.credential_lists.entries_of(MAIN, each.sid)) for each in lists] == [2, 2]


def test_a_deleted_user_may_come_back(store: Store) -> None:
    staff = store.credential_lists.create(MAIN, "staff", now=2.0)
    alice = store.credential_lists.add(MAIN, staff.sid, "alice", password=PASSWORD, now=2.0)
    store.credential_lists.remove(MAIN, staff.sid, alice.sid)
    again = store.credential_lists.add(MAIN, staff.sid, "alice", password=PASSWORD, now=2.0)

    assert again.sid != alice.sid
    with pytest.raises(RestError) as refused:
        store.credential_lists.remove(MAIN, staff.sid, alice.sid)
    assert code_of(refused) == (404, 20404)


@pytest.mark.rule("most-credentials", "most-addresses")
def test_lists_have_room_for_so_many(store: Store) -> None:
    credentials, access = store.credential_lists, store.access_lists
    staff, office = credentials.create(MAIN, "staff", now=2.0), access.create(MAIN, "office", now=2.0)
    credentials.create(MAIN, "crew", now=2.0)
    access.create(MAIN, "home", now=2.0)
    for number in range(3):
        credentials.add(MAIN, staff.sid, f"user{number}", password=PASSWORD, now=2.0)
        access.add(MAIN, office.sid, "PBX", f"10.0.0.{number}", now=2.0)

    refusals: list[tuple[Callable[[], object], int]] = [
        (lambda: credentials.create(MAIN, "more", now=2.0), 21239),
        (lambda: access.create(MAIN, "more", now=2.0), 21255),
        (lambda: credentials.add(MAIN, staff.sid, "more", password=PASSWORD, now=2.0), 21242),
        (lambda: access.add(MAIN, office.sid, "more", "10.0.0.9", now=2.0), 21237),
    ]
    for refuse, code in refusals:
        with pytest.raises(RestError) as refused:
            refuse()
        assert code_of(refused) == (400, code)


@pytest.mark.rule("whole-addresses")
@pytest.mark.parametrize(
    "address",
    [
        "10.0.0",
        "10.0.0.256",
        "010.0.0.1",
        "10.0.0.*",
        "10.0.0.0/8",
        "::1",
        "localhost",
        "",
        " 10.0.0.1",
        "1.2.3.4\n",
    ],
)
def test_an_address_must_be_written_in_full(store: Store, address: str) -> None:
    office = store.access_lists.create(MAIN, "office", now=2.0)

    with pytest.raises(RestError, match="IpAddress must be a full IPv4 address") as refused:
        store.access_lists.add(MAIN, office.sid, "PBX", address, now=2.0)
    assert code_of(refused) == (400, 21238)


@pytest.mark.rule("any-prefix", "friendly-names")
def test_an_address_is_changed_part_by_part(store: Store) -> None:
    office = store.access_lists.create(MAIN, "office", now=2.0)
    made = store.access_lists.add(MAIN, office.sid, "PBX", "10.1.2.3", now=2.0)
    assert (str(made), made.cidr_prefix_length) == ("10.1.2.3", 32)

    changed = store.access_lists.change_entry(MAIN, office.sid, made.sid, cidr_prefix_length=8, now=3.0)
    assert (str(changed), changed.friendly_name, changed.updated_at) == ("10.1.2.3/8", "PBX", 3.0)
    refusals: list[Callable[[], object]] = [
        lambda: store.access_lists.change_entry(MAIN, office.sid, made.sid, cidr_prefix_length=33, now=4.0),
        lambda: store.access_lists.change_entry(MAIN, office.sid, made.sid, ip_address="x", now=4.0),
        lambda: store.access_lists.change_entry(MAIN, office.sid, made.sid, friendly_name="x" * 256, now=4.0),
    ]
    for refuse in refusals:
        with pytest.raises(RestError) as refused:
            refuse()
        assert code_of(refused) == (400, 21238)
    assert store.access_lists.entry(MAIN, office.sid, made.sid) is changed


@pytest.mark.rule("friendly-names")
@pytest.mark.parametrize(
    ("most", "kind", "code"), [(64, "credential_lists", 21240), (255, "access_lists", 21235)]
)
def test_a_list_needs_a_name_of_its_length(store: Store, most: int, kind: str, code: int) -> None:
    lists = store.credential_lists if kind == "credential_lists" else store.access_lists
    made = lists.create(MAIN, "x" * most, now=2.0)

    for name in ("x" * (most + 1), "", "  "):
        with pytest.raises(RestError) as refused:
            lists.create(MAIN, name, now=2.0)
        assert code_of(refused) == (400, code)
        with pytest.raises(RestError) as refused:
            lists.rename(MAIN, made.sid, name, now=2.0)
        assert code_of(refused) == (400, code)
    assert lists.rename(MAIN, made.sid, "new", now=3.0).updated_at == 3.0


def test_a_deleted_list_takes_its_entries_along(store: Store) -> None:
    staff = store.credential_lists.create(MAIN, "staff", now=2.0)
    store.credential_lists.add(MAIN, staff.sid, "alice", password=PASSWORD, now=2.0)
    office = store.access_lists.create(MAIN, "office", now=2.0)
    store.access_lists.add(MAIN, office.sid, "PBX", "10.1.2.3", now=2.0)
    store.credential_lists.delete(MAIN, staff.sid)
    store.access_lists.delete(MAIN, office.sid)

    assert (store.credential_lists.of(MAIN), store.access_lists.of(MAIN)) == ([], [])
    refusals: list[Callable[[], object]] = [
        lambda: store.credential_lists.entries_of(MAIN, staff.sid),
        lambda: store.access_lists.entries_of(MAIN, office.sid),
    ]
    for refuse in refusals:
        with pytest.raises(RestError) as refused:
            refuse()
        assert code_of(refused) == (404, 20404)


def test_a_list_is_hidden_from_other_accounts(store: Store) -> None:
    staff = store.credential_lists.create(MAIN, "staff", now=2.0)

    with pytest.raises(RestError) as refused:
        store.credential_lists.fetch(SUB, staff.sid)
    assert code_of(refused) == (404, 20404)
