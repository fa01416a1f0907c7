"""Lists on domains, and who may call or register because of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sipdomain.errors import RestError
from sipdomain.twilio.store import Domain, NamedList, Store

MAIN = "AC00000000000000000000000000000001"
SUB = "AC00000000000000000000000000000002"
PASSWORD = "Correct-Horse-42"
HA1 = "5a49086a5b778a07a6eb73fbc8d5c8fe"


@pytest.fixture
def acme(store: Store) -> Domain:
    return store.domains.create(MAIN, "acme.sip.twilio.com", now=2.0)


@pytest.fixture
def staff(store: Store) -> NamedList:
    staff = store.credential_lists.create(MAIN, "staff", now=2.0)
    store.credential_lists.add(MAIN, staff.sid, "alice", password=PASSWORD, now=2.0)
    return staff


@pytest.fixture
def office(store: Store) -> NamedList:
    office = store.access_lists.create(MAIN, "office", now=2.0)
    store.access_lists.add(MAIN, office.sid, "PBX", "127.0.0.10", now=2.0)
    return office


def test_without_lists_nobody_is_let_in(store: Store, acme: Domain) -> None:
    access = store.call_access(acme)

    assert (access.lists_addresses, access.lists_credentials) == (False, False)
    assert (access.allows("127.0.0.10"), access.ha1("alice")) == (False, None)
    assert access.describe_addresses() == "no IP access control list"
    assert store.auth_type(acme) == ""


@pytest.mark.rule("auth-type", "mappings-of-registrations")
def test_lists_count_for_what_they_are_mapped_to(
    store: Store, acme: Domain, staff: NamedList, office: NamedList
) -> None:
    store.map_list(MAIN, acme.sid, staff.sid, "registrations", now=3.0)
    assert store.auth_type(acme) == ""
    store.map_list(MAIN, acme.sid, office.sid, "calls", now=3.0)
    assert store.auth_type(acme) == "IP_ACL"

    calls, registrations = store.call_access(acme), store.registration_access(acme)
    assert (calls.lists_addresses, calls.lists_credentials) == (True, False)
    assert (registrations.lists_addresses, registrations.lists_credentials) == (False, True)
    assert (calls.ha1("alice"), registrations.ha1("alice")) == (None, HA1)
    assert (calls.allows("127.0.0.10"), registrations.allows("127.0.0.10")) == (True, False)
    store.map_list(MAIN, acme.sid, staff.sid, "calls", now=3.0)
    assert store.auth_type(acme) == "CREDENTIAL_LIST,IP_ACL"
    store.unmap_list(MAIN, acme.sid, office.sid, "calls")
    assert store.auth_type(acme) == "CREDENTIAL_LIST"


@pytest.mark.rule("auth-type", "changes-at-once")
def test_every_change_holds_from_the_next_look(
    store: Store, acme: Domain, staff: NamedList, office: NamedList
) -> None:
    store.map_list(MAIN, acme.sid, staff.sid, "calls", now=3.0)
    store.map_list(MAIN, acme.sid, office.sid, "calls", now=3.0)
    assert store.call_access(acme) is store.call_access(acme)

    bob = store.credential_lists.add(MAIN, staff.sid, "bob", password=PASSWORD, now=4.0)
    assert store.call_access(acme).ha1("bob") == bob.ha1
    changed = store.credential_lists.change_password(MAIN, staff.sid, bob.sid, "Other-Horse-43", now=4.0)
    assert store.call_access(acme).ha1("bob") == changed.ha1
    store.credential_lists.remove(MAIN, staff.sid, bob.sid)
    assert store.call_access(acme).ha1("bob") is None

    net = store.access_lists.add(MAIN, office.sid, "Net", "10.0.0.0", cidr_prefix_length=8, now=4.0)
    assert store.call_access(acme).allows("10.9.9.9") is True
    store.access_lists.change_entry(MAIN, office.sid, net.sid, cidr_prefix_length=24, now=4.0)
    assert store.call_access(acme).allows("10.9.9.9") is False
    assert store.call_access(acme).allows("10.0.0.9") is True
    store.access_lists.remove(MAIN, office.sid, net.sid)
    assert store.call_access(acme).allows("10.0.0.9") is False
    store.access_lists.rename(MAIN, office.sid, "home", now=4.0)
    assert store.call_access(acme).describe_addresses() == "home: 127.0.0.10"

    store.unmap_list(MAIN, acme.sid, staff.sid, "calls")
    assert store.call_access(acme).lists_credentials is False
    store.unmap_list(MAIN, acme.sid, office.sid, "calls")
    assert store.call_access(acme).lists_addresses is False


@pytest.mark.rule("any-prefix", "prefixes")
@pytest.mark.parametrize(
    ("address", "length", "ip", "allowed"),
    [
        ("10.1.2.3", 32, "10.1.2.3", True),
        ("10.1.2.3", 32, "10.1.2.4", False),
        ("10.1.2.3", 32, "::ffff:10.1.2.3", True),
        ("10.1.2.3", 32, "::FFFF:10.1.2.3", True),
        ("10.1.2.3", 32, "::1", False),
        ("10.1.2.3", 32, "10.1.2", False),
        ("10.1.2.3", 32, "10.1.2.259", False),
        ("10.1.2.3", 32, "10.1.2.3.4", False),
        ("10.1.2.3", 32, "10.1.2.x", False),
        ("10.1.2.3", 32, "", False),
        ("10.1.2.3", 31, "10.1.2.2", True),
        ("10.1.2.3", 31, "10.1.2.4", False),
        ("10.1.2.3", 8, "10.255.255.255", True),
        ("10.1.2.3", 8, "11.0.0.0", False),
        ("0.0.0.0", 0, "255.255.255.255", True),
        ("128.0.0.0", 1, "200.1.1.1", True),
        ("128.0.0.0", 1, "127.255.255.255", False),
    ],
)
def test_a_network_covers_what_its_prefix_says(
    store: Store, acme: Domain, address: str, length: int, ip: str, allowed: bool
) -> None:
    home = store.access_lists.create(MAIN, "home", now=2.0)
    store.access_lists.add(MAIN, home.sid, "Net", address, cidr_prefix_length=length, now=2.0)
    store.map_list(MAIN, acme.sid, home.sid, "calls", now=3.0)

    assert store.call_access(acme).allows(ip) is allowed


def test_a_mapped_but_empty_list_lets_nobody_in(store: Store, acme: Domain) -> None:
    empty = store.access_lists.create(MAIN, "empty", now=2.0)
    store.map_list(MAIN, acme.sid, empty.sid, "calls", now=3.0)

    access = store.call_access(acme)
    assert (access.lists_addresses, access.allows("127.0.0.1")) == (True, False)
    assert access.describe_addresses() == "empty: empty"


@pytest.mark.rule("most-mappings", "most-mappings-of-calls")
def test_a_list_is_mapped_once_and_only_so_many(store: Store, acme: Domain, staff: NamedList) -> None:
    made = store.map_list(MAIN, acme.sid, staff.sid, "calls", now=3.0)
    assert (made.sid, made.domain_sid, made.account_sid, made.created_at) == (staff.sid, acme.sid, MAIN, 3.0)
    assert store.mapping(MAIN, acme.sid, staff.sid, "calls") is made

    with pytest.raises(RestError, match=r"^CredentialList already associated with this domain$") as refused:
        store.map_list(MAIN, acme.sid, staff.sid, "calls", now=4.0)
    assert (refused.value.status, refused.value.code) == (400, 21231)
    crew = store.credential_lists.create(MAIN, "crew", now=2.0)
    with pytest.raises(RestError, match="at most 1 of CredentialList") as refused:
        store.map_list(MAIN, acme.sid, crew.sid, "calls", now=4.0)
    assert (refused.value.status, refused.value.code) == (400, 21231)


def test_only_ones_own_lists_of_the_right_kind_are_mapped(
    store: Store, acme: Domain, staff: NamedList, office: NamedList
) -> None:
    foreign = store.credential_lists.create(SUB, "foreign", now=2.0)

    for sid in (foreign.sid, "CL" + "0" * 32, "", acme.sid):
        with pytest.raises(RestError) as refused:
            store.map_list(MAIN, acme.sid, sid, "calls", now=3.0)
        assert (refused.value.status, refused.value.code) == (400, 21231)
    with pytest.raises(RestError):
        store.map_list(MAIN, acme.sid, office.sid, "registrations", now=3.0)
    with pytest.raises(RestError):
        store.map_list(MAIN, acme.sid, office.sid, "calls", kind="CL", now=3.0)
    with pytest.raises(RestError) as refused:
        store.map_list(SUB, acme.sid, foreign.sid, "calls", now=3.0)
    assert (refused.value.status, refused.value.code) == (404, 20404)


def test_what_is_not_mapped_is_not_found(store: Store, acme: Domain, staff: NamedList) -> None:
    store.map_list(MAIN, acme.sid, staff.sid, "calls", now=3.0)

    refusals: list[Callable[[], object]] = [
        lambda: store.unmap_list(MAIN, acme.sid, staff.sid, "registrations"),
        lambda: store.mapping(MAIN, acme.sid, staff.sid, "registrations"),
        lambda: store.mapping(MAIN, acme.sid, staff.sid, "calls", kind="AL"),
        lambda: store.mapping(SUB, acme.sid, staff.sid, "calls"),
        lambda: store.mappings(SUB, acme.sid, "calls", "CL"),
    ]
    for refuse in refusals:
        with pytest.raises(RestError) as refused:
            refuse()
        assert (refused.value.status, refused.value.code) == (404, 20404)


@pytest.mark.rule("list-in-use")
def test_a_mapped_list_cannot_be_deleted(
    store: Store, acme: Domain, staff: NamedList, office: NamedList
) -> None:
    store.map_list(MAIN, acme.sid, staff.sid, "registrations", now=3.0)
    store.map_list(MAIN, acme.sid, office.sid, "calls", now=3.0)

    with pytest.raises(RestError, match=acme.sid) as refused:
        store.credential_lists.delete(MAIN, staff.sid)
    assert (refused.value.status, refused.value.code) == (400, 21241)
    with pytest.raises(RestError, match=acme.sid) as refused:
        store.access_lists.delete(MAIN, office.sid)
    assert (refused.value.status, refused.value.code) == (400, 21236)


@pytest.mark.rule("domain-of-mappings")
def test_a_deleted_domain_lets_go_of_its_lists(
    store: Store, acme: Domain, staff: NamedList, office: NamedList
) -> None:
    store.map_list(MAIN, acme.sid, staff.sid, "calls", now=3.0)
    store.map_list(MAIN, acme.sid, staff.sid, "registrations", now=3.0)
    store.map_list(MAIN, acme.sid, office.sid, "calls", now=3.0)
    assert store.call_access(acme).lists_addresses is True
    store.domains.delete(MAIN, acme.sid)

    assert store.call_access(acme).lists_addresses is False
    store.credential_lists.delete(MAIN, staff.sid)
    store.access_lists.delete(MAIN, office.sid)


def test_a_long_list_is_described_in_a_few_words() -> None:
    from sipdomain.twilio.store import Access, IpAddress

    def named(name: str) -> NamedList:
        return NamedList(sid="AL", number=1, account_sid="AC", created_at=0, updated_at=0, friendly_name=name)

    def address(number: int) -> IpAddress:
        return IpAddress(
            sid="IP",
            number=1,
            account_sid="AC",
            created_at=0,
            updated_at=0,
            list_sid="AL",
            friendly_name="x",
            ip_address=f"10.0.{number}.0",
            cidr_prefix_length=24 if number else 32,
        )

    lists = [(named(f"l{count}"), [address(number) for number in range(count)]) for count in (6, 1, 0, 2, 3)]
    assert Access([], lists).describe_addresses() == (
        "l6: 10.0.0.0, 10.0.1.0/24, 10.0.2.0/24, 10.0.3.0/24, 2 more; l1: 10.0.0.0; l0: empty; 2 more lists"
    )
