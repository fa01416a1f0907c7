"""A store as a plain value and back, what is refused, and changes taken back."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from harness.errors import RestError, SetupError
from harness.twilio.ids import Ids
from harness.twilio.store import Store
from harness.twilio.store.snapshot import dump, load

ACCOUNT = "AC00000000000000000000000000000001"
NOW = 1_767_225_600.0
PASSWORD = "Correct-Horse-42"


def stocked() -> Store:
    """A store with one record of each kind, and a subdomain of a subaccount."""
    store = Store(Ids(random.Random(1)))
    store.accounts.create(now=NOW, sid=ACCOUNT, auth_token="t" * 32)
    below = store.accounts.create(now=NOW, friendly_name="below", owner_sid=ACCOUNT)
    acme = store.domains.create(ACCOUNT, "acme.sip.twilio.com", now=NOW, voice_url="http://app.test/voice")
    store.domains.create(below.sid, "east.acme.sip.twilio.com", now=NOW)
    staff = store.credential_lists.create(ACCOUNT, "staff", now=NOW)
    store.credential_lists.add(ACCOUNT, staff.sid, "alice", password=PASSWORD, now=NOW)
    office = store.access_lists.create(ACCOUNT, "office", now=NOW)
    store.access_lists.add(ACCOUNT, office.sid, "here", "127.0.0.1", now=NOW)
    store.map_list(ACCOUNT, acme.sid, staff.sid, "calls", now=NOW)
    store.map_list(ACCOUNT, acme.sid, staff.sid, "registrations", now=NOW)
    store.map_list(ACCOUNT, acme.sid, office.sid, "calls", now=NOW)
    return store


def test_what_was_dumped_as_json_is_loaded_the_same() -> None:
    text = json.dumps(dump(stocked()))
    other = Store(Ids(random.Random(2)))
    other.accounts.create(now=NOW)
    load(other, json.loads(text))
    assert json.dumps(dump(other)) == text
    acme = other.domain_named("ACME.sip.twilio.com")
    assert acme is not None
    assert other.auth_type(acme) == "CREDENTIAL_LIST,IP_ACL"
    with pytest.raises(RestError, match="still has subdomains"):
        other.domains.delete(ACCOUNT, acme.sid)


def test_no_password_is_in_a_dump() -> None:
    text = json.dumps(dump(stocked()))
    assert PASSWORD not in text
    assert '"ha1": "' in text


def test_numbers_go_on_after_the_loaded_ones() -> None:
    other = Store(Ids(random.Random(2)))
    load(other, dump(stocked()))
    numbers = [other.domains.create(ACCOUNT, f"{name}.sip.twilio.com", now=NOW).number for name in ("b", "c")]
    assert numbers == [3, 4]
    assert [each.domain_name for each in other.domains.of(ACCOUNT)] == [
        "acme.sip.twilio.com", "b.sip.twilio.com", "c.sip.twilio.com",
    ]  # fmt: skip


def without(kind: str) -> Callable[[dict[str, Any]], object]:
    return lambda value: value["records"].pop(kind)


WRONG: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another version": (lambda value: value.update(version=2), "not a snapshot of version 1"),
    "another suffix": (lambda value: value.update(suffix="sip.example"), "of domains under 'sip.example'"),
    "no records": (lambda value: value.pop("records"), "a snapshot's records are account, domain"),
    "an unknown kind": (lambda value: value["records"].update(trunk=[]), "a snapshot's records are account"),
    "an unknown field": (
        lambda value: value["records"]["domain"][0].update(colour="red"), "domain 0.colour: Unexpected keyword",
    ),
    "a wrong type": (
        lambda value: value["records"]["domain"][0].update(created_at="now"), "domain 0.created_at: Input should be",
    ),
    "no such account": (without("account"), "refers to the account AC0"),
    "no such list": (without("credential-list"), "refers to the credential-list CL"),
    "a name twice": (
        lambda value: value["records"]["domain"][1].update(domain_name="ACME.sip.twilio.com"),
        "domain acme.sip.twilio.com is there twice",
    ),
    "a record twice": (
        lambda value: value["records"]["address"].append(value["records"]["address"][0]), "is there twice",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_value_is_refused_and_changes_nothing(
    spoil: Callable[[dict[str, Any]], object], said: str
) -> None:
    value = dump(stocked())
    spoil(value)
    store = stocked()
    before = dump(store)
    with pytest.raises(SetupError, match=said):
        load(store, value)
    assert dump(store) == before


def _delete_the_staff(store: Store) -> None:
    acme = store.domain_named("acme.sip.twilio.com")
    assert acme is not None
    (staff,) = store.credential_lists.of(ACCOUNT)
    store.unmap_list(ACCOUNT, acme.sid, staff.sid, "calls")
    store.unmap_list(ACCOUNT, acme.sid, staff.sid, "registrations")
    store.credential_lists.delete(ACCOUNT, staff.sid)


def _delete_the_subdomain_and_the_domain(store: Store) -> None:
    below = store.accounts.family(ACCOUNT)[1]
    store.domains.delete(below.sid, store.domains.of(below.sid)[0].sid)
    store.domains.delete(ACCOUNT, store.domains.of(ACCOUNT)[0].sid)


def _rename_and_add(store: Store) -> None:
    store.domains.update(
        ACCOUNT, store.domains.of(ACCOUNT)[0].sid, now=NOW + 1, voice_url="http://app.test/other"
    )
    office = store.access_lists.of(ACCOUNT)[0]
    store.access_lists.rename(ACCOUNT, office.sid, "office two", now=NOW + 1)
    store.access_lists.add(ACCOUNT, office.sid, "there", "127.0.0.2", now=NOW + 1)
    store.accounts.create(now=NOW + 1, owner_sid=ACCOUNT)
    store.accounts.update(ACCOUNT, now=NOW + 1, friendly_name="renamed")


@pytest.mark.parametrize(
    "change",
    [_delete_the_staff, _delete_the_subdomain_and_the_domain, _rename_and_add],
    ids=lambda each: each.__name__,
)
def test_changes_are_taken_back(change: Callable[[Store], None]) -> None:
    store = stocked()
    before = dump(store)
    store.changes.wanted = True
    change(store)
    made = store.changes.take()
    assert dump(store) != before
    store.undo(made)
    after = dump(store)
    for kind, records in before["records"].items():
        assert sorted(map(str, after["records"][kind])) == sorted(map(str, records))


def test_while_nobody_wants_changes_none_are_kept() -> None:
    store = stocked()
    assert store.changes.take() == []
