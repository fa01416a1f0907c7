"""Terraform's JSON: what is written is read again; what only Terraform knows is refused with its place."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from harness.twilio.config import Configuration, ConfigurationError, apply, parse
from harness.twilio.describe import describe
from harness.twilio.ids import Ids
from harness.twilio.store import Store
from harness.twilio.terraform import DOMAINS, from_terraform, to_terraform

ACCOUNT = "AC00000000000000000000000000000001"
SUFFIX = "sip.twilio.com"
HASH = "ha1:5a49086a5b778a07a6eb73fbc8d5c8fe"
GIVEN: dict[str, Any] = {
    "credential_lists": {"staff": {"alice": HASH, "bob": HASH}, "empty": {}},
    "access_lists": {"the office": ["127.0.0.1", "10.0.0.0/8"]},
    "domains": {
        "acme": {
            "calls": ["staff", "the office"], "registrations": ["staff"], "voice": "http://app.test/voice",
            "voice_method": "GET", "fallback": "http://app.test/sorry", "status": "http://app.test/status",
            "friendly_name": "Acme", "secure": "true",
        },
        "east.acme.sip.twilio.com": {"calls": ["empty"], "sip_registration": "true"},
        "bare": {},
    },
}  # fmt: skip


def store_of(configuration: Configuration) -> Store:
    store = Store(Ids(random.Random(1)))
    store.accounts.create(now=0.0, sid=ACCOUNT)
    apply(configuration, store, ACCOUNT, now=0.0)
    return store


def test_what_a_store_is_described_by_makes_it_again() -> None:
    given = parse(GIVEN)
    described = describe(store_of(given), ACCOUNT)
    assert described.model_dump() == given.model_dump()


def test_lists_of_one_name_get_numbers() -> None:
    store = store_of(Configuration())
    for _ in range(2):
        store.credential_lists.create(ACCOUNT, "staff", now=0.0)
    store.access_lists.create(ACCOUNT, "staff", now=0.0)
    described = describe(store, ACCOUNT)
    assert [*described.credential_lists, *described.access_lists] == ["staff", "staff 2", "staff 3"]


def with_passwords(value: dict[str, Any]) -> dict[str, Any]:
    """Put the hashes where Terraform would put passwords."""
    for arguments in value["resource"]["twilio_api_accounts_sip_credential_lists_credentials"].values():
        arguments["password"] = HASH
    return value


def as_text(value: Any) -> Any:
    """Return a value as it is read from a file: every scalar is text."""
    if isinstance(value, dict):
        return {key: as_text(each) for key, each in value.items()}
    return value if isinstance(value, str) else json.dumps(value)


def test_what_is_written_for_terraform_is_read_again() -> None:
    given = parse(GIVEN)
    read = from_terraform(as_text(with_passwords(to_terraform(given, SUFFIX))))
    # In a file for Terraform every domain has its whole name.
    domains = {name if "." in name else f"{name}.{SUFFIX}": each for name, each in given.domains.items()}
    assert describe(store_of(read), ACCOUNT) == describe(
        store_of(given.model_copy(update={"domains": domains})), ACCOUNT
    )


def test_resources_have_names_that_terraform_takes_and_refer_to_each_other() -> None:
    resources = to_terraform(parse(GIVEN), SUFFIX)["resource"]
    assert resources["twilio_api_accounts_sip_ip_access_control_lists_ip_addresses"][
        "the_office_10_0_0_0_8"
    ] == {
        "ip_access_control_list_sid": "${twilio_api_accounts_sip_ip_access_control_lists.the_office.sid}",
        "friendly_name": "10.0.0.0/8",
        "ip_address": "10.0.0.0",
        "cidr_prefix_length": 8,
    }
    assert resources["twilio_api_accounts_sip_domains_auth_registrations_credential_list_mappings"] == {
        "acme_staff_2": {
            "domain_sid": "${twilio_api_accounts_sip_domains.acme.sid}",
            "credential_list_sid": "${twilio_api_accounts_sip_credential_lists.staff.sid}",
        }
    }


LIST = "twilio_api_accounts_sip_credential_lists"
USERS = f"{LIST}_credentials"
BAD: dict[str, tuple[Any, str, tuple[str, ...]]] = {
    "no resources": ({"provider": {}}, "there is no `resource`", ()),
    "text": ("resource", "there is no `resource`", ()),
    "another resource": (
        {"resource": {"twilio_api_messages": {}}}, "`twilio_api_messages` is not emulated",
        ("resource", "twilio_api_messages"),
    ),
    "no name": ({"resource": {DOMAINS: {"a": {}}}}, "`domain_name` is missing", ("resource", DOMAINS, "a")),
    "no mapping": ({"resource": {DOMAINS: {"a": "b"}}}, "a mapping of arguments", ("resource", DOMAINS, "a")),
    "a variable": (
        {"resource": {DOMAINS: {"a": {"domain_name": "${var.name}"}}}}, "known to Terraform only",
        ("resource", DOMAINS, "a", "domain_name"),
    ),
    "a reference to nothing": (
        {"resource": {USERS: {"u": {"credential_list_sid": f"${{{LIST}.none.sid}}", "username": "a", "password": "b"}}}},
        "must be", ("resource", USERS, "u"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("value", "said", "path"), BAD.values(), ids=BAD)
def test_what_cannot_be_read_is_told_with_its_place(value: Any, said: str, path: tuple[str, ...]) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        from_terraform(value)
    assert caught.value.path == path
