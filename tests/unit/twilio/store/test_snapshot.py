"""A store as a plain value and back, what is refused, and changes taken back."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from sipdomain.errors import RestError, SetupError
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.snapshot import dump, load

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
    store.keys.create(ACCOUNT, "app", now=NOW)
    store.numbers.buy(ACCOUNT, phone_number="+15005550006", now=NOW)
    store.caller_ids.create(ACCOUNT, "+15005550010", now=NOW)
    store.queues.create(ACCOUNT, "support", now=NOW)
    trunks = store.trunks
    record = trunks.add_ip_record(ACCOUNT, "192.0.2.7", now=NOW)
    trunks.map_source(ACCOUNT, record.sid, acme.sid, now=NOW)
    policy = trunks.add_policy(ACCOUNT, "gateways", now=NOW)
    trunks.add_target(ACCOUNT, policy.sid, target="sip:a.example.com", now=NOW)
    trunks.add_trunk(ACCOUNT, connection_policy_sid=policy.sid, from_domain_sid=acme.sid, now=NOW)
    store.applications.create(ACCOUNT, friendly_name="app", now=NOW)
    store.bins.create(ACCOUNT, "closed", "<Response/>", now=NOW)
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


def test_what_was_loaded_is_found_by_name_number_and_secret() -> None:
    store = stocked()
    secret = store.keys.create(ACCOUNT, "second", now=NOW)
    other = Store(Ids(random.Random(2)))
    load(other, dump(store))
    key = other.keys.authenticated(secret.sid, secret.secret)
    queue, owned = other.queues.named(ACCOUNT, "support"), other.numbers.owned(ACCOUNT, "+15005550006")
    assert key is not None
    assert queue is not None
    assert owned is not None
    assert (key.friendly_name, queue.max_size, owned.friendly_name) == ("second", 1000, "(500) 555-0006")
    assert other.numbers.owned(ACCOUNT, "+15005550010") == other.caller_ids.of(ACCOUNT)[0]


def test_no_secret_of_a_key_is_in_a_dump_or_in_the_changes() -> None:
    store = stocked()
    store.changes.wanted = True
    made = store.keys.create(ACCOUNT, "second", now=NOW)
    assert made.secret not in json.dumps(dump(store))
    assert made.secret not in repr(store.changes.take())


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
    "nothing at all": (lambda value: value.update(records={}), "the snapshot has no account"),
    "no accounts": (lambda value: value.update(records={"account": []}), "the snapshot has no account"),
    "an unknown field": (
        lambda value: value["records"]["domain"][0].update(colour="red"), "domain 0.colour: unknown key `colour`",
    ),
    "a wrong type": (
        lambda value: value["records"]["domain"][0].update(created_at="now"), "domain 0.created_at: `now` is not a number",
    ),
    "no such account": (
        lambda value: value["records"]["account"].pop(0), "refers to the account AC0",
    ),
    "no such list": (without("credential-list"), "refers to the credential-list CL"),
    "a name twice": (
        lambda value: value["records"]["domain"][1].update(domain_name="ACME.sip.twilio.com"),
        "domain acme.sip.twilio.com is there twice",
    ),
    "a number twice": (
        lambda value: value["records"]["number"].append({**value["records"]["number"][0], "sid": "PN1"}),
        r"number \+15005550006 is there twice",
    ),
    "a caller ID twice": (
        lambda value: value["records"]["caller-id"].append({**value["records"]["caller-id"][0], "sid": "PN1"}),
        r"caller-id \+15005550010 of AC0+1 is there twice",
    ),
    "a queue's name twice": (
        lambda value: value["records"]["queue"].append({**value["records"]["queue"][0], "sid": "QU1"}),
        r"queue support of AC0+1 is there twice",
    ),
    "a key of nobody": (
        lambda value: value["records"]["key"][0].update(account_sid="AC9"), "refers to the account AC9",
    ),
    "no such IP record": (without("ip-record"), "source-ip-mapping IB.* refers to the ip-record IL"),
    "no such policy": (without("connection-policy"), "connection-target NE.* refers to the connection-policy NY"),
    "a trunk from nowhere": (
        lambda value: value["records"]["byoc-trunk"][0].update(from_domain_sid="SD9"), "refers to the domain SD9",
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


def _work_on_what_stands_round_calls(store: Store) -> None:
    store.keys.delete(ACCOUNT, store.keys.of(ACCOUNT)[0].sid)
    store.keys.create(ACCOUNT, now=NOW + 1)
    below = store.accounts.family(ACCOUNT)[1]
    number = store.numbers.of(ACCOUNT)[0]
    store.numbers.update(ACCOUNT, number.sid, to=below.sid, now=NOW + 1, friendly_name="moved")
    store.caller_ids.rename(ACCOUNT, store.caller_ids.of(ACCOUNT)[0].sid, "home", now=NOW + 1)
    queue = store.queues.of(ACCOUNT)[0]
    store.queues.update(ACCOUNT, queue.sid, friendly_name="sales", max_size=5, now=NOW + 1)
    store.queues.create(ACCOUNT, "support", now=NOW + 1)
    store.accounts.update(below.sid, status="closed", now=NOW + 1)


def _work_on_trunks(store: Store) -> None:
    trunks = store.trunks
    (policy,), (mapping,) = trunks.policies.of(ACCOUNT), trunks.source_ip_mappings.of(ACCOUNT)
    (record,), (trunk,) = trunks.ip_records.of(ACCOUNT), trunks.byoc_trunks.of(ACCOUNT)
    trunks.change_trunk(ACCOUNT, trunk.sid, connection_policy_sid="", friendly_name="x", now=NOW + 1)
    trunks.remove_policy(ACCOUNT, policy.sid)
    trunks.source_ip_mappings.take_out(mapping)
    trunks.remove_ip_record(ACCOUNT, record.sid)
    store.applications.take_out(store.applications.of(ACCOUNT)[0])
    store.bins.update(
        ACCOUNT, store.bins.of(ACCOUNT)[0].sid, twiml="<Response><Hangup/></Response>", now=NOW + 1
    )
    trunks.add_policy(ACCOUNT, "new", now=NOW + 1)


@pytest.mark.parametrize(
    "change",
    [
        _work_on_trunks,
        _delete_the_staff,
        _delete_the_subdomain_and_the_domain,
        _rename_and_add,
        _work_on_what_stands_round_calls,
    ],
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
    assert store.queues.named(ACCOUNT, "support") == store.queues.of(ACCOUNT)[0]
    assert store.queues.named(ACCOUNT, "sales") is None
    assert store.numbers.owned(ACCOUNT, "+15005550006") == store.numbers.of(ACCOUNT)[0]


def test_while_nobody_wants_changes_none_are_kept() -> None:
    store = stocked()
    assert store.changes.take() == []
