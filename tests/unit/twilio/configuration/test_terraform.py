"""Terraform's JSON: what is written is read again; what only Terraform knows is refused with its place."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from sipdomain.twilio.configuration.export import describe
from sipdomain.twilio.configuration.model import Configuration, ConfigurationError, apply, parse
from sipdomain.twilio.configuration.terraform import DOMAINS, from_terraform, to_terraform
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store

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
    if isinstance(value, list):
        return [as_text(each) for each in value]
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


def test_a_subdomain_depends_on_its_parent_wherever_that_stands() -> None:
    names = (
        "west.east.acme.sip.twilio.com",
        "EAST.acme.sip.twilio.com",
        "other",
        "acme",
        "x.gone.sip.twilio.com",
    )
    domains = to_terraform(parse({"domains": {name: {} for name in names}}), SUFFIX)["resource"][DOMAINS]
    assert {each["domain_name"]: each.get("depends_on") for each in domains.values()} == {
        "west.east.acme.sip.twilio.com": [f"{DOMAINS}.EAST_acme_sip_twilio_com"],
        "EAST.acme.sip.twilio.com": [f"{DOMAINS}.acme"],
        "other.sip.twilio.com": None,
        "acme.sip.twilio.com": None,
        "x.gone.sip.twilio.com": None,
    }


# Each text, and how Terraform has to be given it. Seen with Terraform 1.11: `terraform apply` with these as outputs.
TEMPLATES = {
    "${var.x}": "$${var.x}",
    "100 %{if}": "100 %%{if}",
    "$${a} %%{b}": "$$${a} %%%{b}",
    "$ { % $$ %%": "$ { % $$ %%",
    "a$b{c}": "a$b{c}",
}


@pytest.mark.parametrize("text", TEMPLATES)
def test_what_would_begin_a_template_is_escaped_and_read_again(text: str) -> None:
    given = parse(
        {
            "credential_lists": {f"list {text}": {f"user{text}": HASH}},
            "access_lists": {text: ["127.0.0.1"]},
            "domains": {"acme.sip.twilio.com": {"calls": [text], "friendly_name": text, "voice": "http://a.test/${x}"}},
        }
    )  # fmt: skip
    written = to_terraform(given, SUFFIX)
    (lists,) = written["resource"]["twilio_api_accounts_sip_ip_access_control_lists"].values()
    (domain,) = written["resource"][DOMAINS].values()
    assert lists["friendly_name"] == domain["friendly_name"] == TEMPLATES[text]
    assert domain["voice_url"] == "http://a.test/$${x}"
    read = from_terraform(as_text(with_passwords(written)))
    assert describe(store_of(read), ACCOUNT) == describe(store_of(given), ACCOUNT)


def test_the_key_of_a_password_is_a_string_within_a_template() -> None:
    given = parse({"credential_lists": {'the "big" ${one}': {"a\\b": HASH}}})
    (user,) = to_terraform(given, SUFFIX)["resource"][USERS].values()
    assert user["password"] == '${var.passwords["the \\"big\\" $${one}/a\\\\b"]}'


def test_the_older_mappings_are_taken_for_calls() -> None:
    written = with_passwords(to_terraform(parse(GIVEN), SUFFIX))["resource"]
    for kind in ("credential_list", "ip_access_control_list"):
        newer = f"twilio_api_accounts_sip_domains_auth_calls_{kind}_mappings"
        written[f"twilio_api_accounts_sip_domains_{kind}_mappings"] = written.pop(newer)
    read = from_terraform(as_text({"resource": written}))
    assert read.domains["acme.sip.twilio.com"].calls == ["staff", "the office"]
    assert read.domains["east.acme.sip.twilio.com"].calls == ["empty"]


def stated(kind: str, name: str, index: str = "", **values: Any) -> dict[str, Any]:
    """Return a resource as `terraform show -json` prints it."""
    return {
        "address": f"{kind}.{name}{index}", "mode": "managed", "type": kind, "name": name,
        "provider_name": "registry.terraform.io/twilio/twilio", "schema_version": 0, "values": values,
        "sensitive_values": {},
    }  # fmt: skip


MAPPED = "twilio_api_accounts_sip_domains"
STATE: dict[str, Any] = {
    "format_version": "1.0",
    "terraform_version": "1.11.4",
    "values": {
        "root_module": {
            "resources": [
                stated(
                    DOMAINS, "acme", sid="SD1", domain_name="acme.sip.twilio.com", friendly_name=None,
                    voice_url="http://app.test/${x}", voice_method="", voice_fallback_url=None, secure=True,
                    sip_registration=True, auth_type="CREDENTIAL_LIST", byoc_trunk_sid="",
                ),
                stated("twilio_api_accounts_sip_credential_lists", "staff", sid="CL1", friendly_name="staff"),
                stated("twilio_api_accounts_sip_credential_lists", "more", "[0]", sid="CL2", friendly_name="staff"),
                stated(
                    "twilio_api_accounts_sip_credential_lists_credentials", "alice", sid="CR1",
                    credential_list_sid="CL1", username="alice", password=HASH,
                ),
                stated(f"{MAPPED}_credential_list_mappings", "old", sid="CL1", domain_sid="SD1", credential_list_sid="CL1"),
                stated(
                    f"{MAPPED}_auth_registrations_credential_list_mappings", "r", sid="CL2", domain_sid="SD1",
                    credential_list_sid="CL2",
                ),
                {**stated(DOMAINS, "looked_up"), "mode": "data"},
                stated("aws_instance", "web", ami="ami-1"),
            ],
            "child_modules": [
                {
                    "address": "module.office",
                    "resources": [
                        stated("twilio_api_accounts_sip_ip_access_control_lists", "lan", sid="AL1", friendly_name="lan"),
                        stated(
                            "twilio_api_accounts_sip_ip_access_control_lists_ip_addresses", "net", sid="IP1",
                            ip_access_control_list_sid="AL1", ip_address="10.0.0.0", cidr_prefix_length=8,
                        ),
                    ],
                }
            ],
        }
    },
}  # fmt: skip


def test_a_state_as_terraform_shows_it_is_read() -> None:
    read = from_terraform(STATE)
    assert read.credential_lists == {"staff": {"alice": HASH}, "staff 2": {}}
    assert read.access_lists == {"lan": ["10.0.0.0/8"]}
    (acme,) = read.domains.values()
    assert (acme.calls, acme.registrations, acme.voice) == (["staff"], ["staff 2"], "http://app.test/${x}")
    assert (acme.voice_method, acme.fallback, acme.friendly_name, acme.secure) == ("POST", None, None, True)
    assert store_of(read).domain_named("acme.sip.twilio.com") is not None


LIST = "twilio_api_accounts_sip_credential_lists"
USERS = f"{LIST}_credentials"
BAD: dict[str, tuple[Any, str, tuple[str | int, ...]]] = {
    "no resources": ({"provider": {}}, "there is no `resource`", ()),
    "text": ("resource", "there is no `resource`", ()),
    "another resource": (
        {"resource": {"twilio_api_messages": {}}}, "`twilio_api_messages` is not emulated",
        ("resource", "twilio_api_messages"),
    ),
    "a plan": (
        {"format_version": "1.2", "planned_values": {"root_module": {}}}, "this is a plan, in which no SID is known", (),
    ),
    "an empty state": ({"format_version": "1.0"}, "there are no resources in this state", ()),
    "a state file as it is": ({"version": "4", "resources": []}, "read what `terraform show -json` prints", ()),
    "a state of what is not emulated": (
        {
            "format_version": "1.0",
            "values": {"root_module": {"resources": [stated("twilio_api_accounts_sip_nonsense", "x", sid="XX1")]}},
        },
        "`twilio_api_accounts_sip_nonsense` is not emulated", ("values", "root_module", "resources", 0, "values"),
    ),
    "a state with a SID of nothing": (
        {"format_version": "1.0", "values": {"root_module": {"resources": [
            stated(USERS, "u", credential_list_sid="CL9", username="a", password="b"),
        ]}}},
        "must be the SID of one in this state", ("values", "root_module", "resources", 0, "values"),
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
def test_what_cannot_be_read_is_reported_with_its_place(
    value: Any, said: str, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        from_terraform(value)
    assert caught.value.path == path
