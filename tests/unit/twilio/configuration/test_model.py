"""From plain values to a store."""

from __future__ import annotations

import random
from typing import Any

import pytest

from sipdomain.twilio.configuration.export import describe
from sipdomain.twilio.configuration.model import ConfigurationError, apply, parse
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store

ACCOUNT = "AC00000000000000000000000000000001"


@pytest.fixture
def store() -> Store:
    store = Store(Ids(random.Random(1)))
    store.accounts.create(sid=ACCOUNT, now=0.0)
    return store


def test_a_whole_configuration_stands_in_the_store(store: Store) -> None:
    configuration = parse(
        {
            "account": {"sid": ACCOUNT, "auth_token": "secret"},
            "credential_lists": {
                "staff": {"alice": "Correct-Horse-42", "bob": "ha1:00112233445566778899AABBCCDDEEFF"}
            },
            "access_lists": {"office": ["127.0.0.10", "10.0.0.0/8"], "nobody": ""},
            "domains": {
                "north.acme.sip.twilio.com": "",
                "acme": {
                    "calls": ["staff", "office"],
                    "registrations": ["staff"],
                    "voice": "/voice?x=1",
                    "voice_method": "get",
                    "fallback": "https://other.example/sorry",
                    "status": "status",
                    "friendly_name": "Acme",
                    "secure": "yes",
                },
            },
        }
    )
    made = apply(configuration, store, ACCOUNT, now=5.0, base_url="http://127.0.0.1:5000/")

    assert [domain.domain_name for domain in made] == ["north.acme.sip.twilio.com", "acme.sip.twilio.com"]
    acme = store.domain_named("acme.sip.twilio.com")
    assert acme is not None
    assert (acme.voice_url, acme.voice_method) == ("http://127.0.0.1:5000/voice?x=1", "GET")
    assert (acme.voice_fallback_url, acme.voice_fallback_method) == ("https://other.example/sorry", "POST")
    assert acme.voice_status_callback_url == "http://127.0.0.1:5000/status"
    assert (acme.friendly_name, acme.secure, acme.sip_registration) == ("Acme", True, True)
    assert acme.created_at == 5.0
    assert store.auth_type(acme) == "CREDENTIAL_LIST,IP_ACL"
    access = store.call_access(acme)
    assert access.ha1("alice") == "5a49086a5b778a07a6eb73fbc8d5c8fe"
    assert access.ha1("bob") == "00112233445566778899aabbccddeeff"
    assert (access.allows("127.0.0.10"), access.allows("10.9.9.9"), access.allows("127.0.0.11")) == (
        True,
        True,
        False,
    )
    assert store.registration_access(acme).ha1("alice") == "5a49086a5b778a07a6eb73fbc8d5c8fe"
    assert configuration.account is not None
    assert configuration.account.auth_token == "secret"


def test_registration_may_be_switched_off_by_hand(store: Store) -> None:
    configuration = parse(
        {
            "credential_lists": {"staff": ""},
            "domains": {"acme": {"registrations": ["staff"], "sip_registration": "no"}},
        }
    )

    assert apply(configuration, store, ACCOUNT, now=0.0)[0].sip_registration is False


MISTAKES: list[tuple[Any, tuple[str | int, ...], str, str]] = [
    ({"domain": {}}, ("domain",), "unknown key `domain`", "domains"),
    ({"account": {"token": "x"}}, ("account", "token"), "unknown key `token`", "auth_token"),
    ({"domains": {"a": {"voise": "x"}}}, ("domains", "a", "voise"), "unknown key `voise`", "voice"),
    ([], (), "a mapping is needed here", ""),
    ({"domains": {"a": {"calls": "x"}}}, ("domains", "a", "calls"), "a list is needed here", ""),
    ({"domains": {"a": {"secure": "maybe"}}}, ("domains", "a", "secure"), "neither true nor false", ""),
    ({"credential_lists": {"s": {"a": ["x"]}}}, ("credential_lists", "s", "a"), "text is needed here", ""),
]


@pytest.mark.parametrize(("data", "path", "message", "choice"), MISTAKES)
def test_what_is_no_configuration_is_refused(
    data: Any, path: tuple[str | int, ...], message: str, choice: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        parse(data)

    assert refused.value.path == path
    assert message in refused.value.message
    assert choice == "" or choice in refused.value.choices


REFUSALS: list[tuple[Any, tuple[str | int, ...], str]] = [
    ({"domains": {"a_b": ""}}, ("domains", "a_b"), "Invalid Domain Name"),
    ({"domains": {"a": {"calls": ["x"]}}}, ("domains", "a", "calls", 0), "there is no list `x`"),
    (
        {"access_lists": {"x": ""}, "domains": {"a": {"registrations": ["x"]}}},
        ("domains", "a", "registrations", 0),
        "there is no credential list `x`",
    ),
    (
        {"access_lists": {"x": ""}, "domains": {"a": {"calls": ["x", "x"]}}},
        ("domains", "a", "calls", 1),
        "IpAccessControlList already associated with this domain",
    ),
    ({"domains": {"a": {"voice": "/v"}}}, ("domains", "a", "voice"), "`/v` is only a path"),
    ({"domains": {"a": {"status": "ftp://x"}}}, ("domains", "a", "status"), "not a valid http or https URL"),
    ({"domains": {"a": {"status_method": "PUT"}}}, ("domains", "a", "status_method"), "must be GET or POST"),
    ({"access_lists": {"x": ["1.2.3"]}}, ("access_lists", "x", 0), "must be a full IPv4 address"),
    ({"access_lists": {"x": ["1.2.3.4/33"]}}, ("access_lists", "x", 0), "from 0 to 32"),
    ({"access_lists": {"x": ["1.2.3.4/"]}}, ("access_lists", "x", 0), "is not a prefix length"),
    (
        {"access_lists": {"x": ""}, "credential_lists": {"x": ""}},
        ("access_lists", "x"),
        "also a credential list",
    ),
    ({"credential_lists": {"s": {"a": "short"}}}, ("credential_lists", "s", "a"), "Password needs"),
    ({"credential_lists": {"s": {"a": "ha1:"}}}, ("credential_lists", "s", "a"), "a hash must follow"),
    ({"credential_lists": {"s": {"a": "ha1:xy"}}}, ("credential_lists", "s", "a"), "32 hexadecimal digits"),
    ({"credential_lists": {"s" * 65: ""}}, ("credential_lists", "s" * 65), "longer than 64"),
]


@pytest.mark.parametrize(("data", "path", "message"), REFUSALS)
def test_what_the_store_refuses_is_reported_with_its_place(
    store: Store, data: Any, path: tuple[str | int, ...], message: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        apply(parse(data), store, ACCOUNT, now=0.0)

    assert refused.value.path == path
    assert message in refused.value.message


EH = "EH0123456789abcdef0123456789abcdef"


def test_a_domain_may_name_a_bin_in_place_of_a_url(store: Store) -> None:
    configuration = parse(
        {
            "bins": {"closed": "<Response/>", EH: "<Response>{{From}}</Response>"},
            "domains": {
                "acme": {
                    "voice": "bin:closed",
                    "fallback": f"bin:{EH}",
                    "status": f"https://handler.twilio.com/twiml/{EH}",
                }
            },
        }
    )
    (acme,) = apply(configuration, store, ACCOUNT, now=5.0)
    closed, own = store.bins.of(ACCOUNT)
    assert (closed.friendly_name, closed.twiml) == ("closed", "<Response/>")
    assert (own.sid, own.friendly_name) == (EH, EH)
    assert acme.voice_url == f"https://handler.twilio.com/twiml/{closed.sid}"
    assert (
        acme.voice_fallback_url == acme.voice_status_callback_url == f"https://handler.twilio.com/twiml/{EH}"
    )


@pytest.mark.parametrize(
    ("bins", "voice", "path", "message", "choices"),
    [
        (
            {"closed": "<Response/>"},
            "bin:close",
            ("domains", "acme", "voice"),
            "there is no TwiML bin `close`",
            ("bin:closed",),
        ),
        ({}, "bin:", ("domains", "acme", "voice"), "there is no TwiML bin ``", ()),
        ({"x": "<Say>{{From</Say>"}, "bin:x", ("bins", "x"), "line 1, column 6: brackets are not closed", ()),
    ],
)
def test_a_bin_that_is_not_there_or_not_right_is_named(
    store: Store,
    bins: dict[str, str],
    voice: str,
    path: tuple[str, ...],
    message: str,
    choices: tuple[str, ...],
) -> None:
    with pytest.raises(ConfigurationError) as wrong:
        apply(parse({"bins": bins, "domains": {"acme": {"voice": voice}}}), store, ACCOUNT, now=5.0)
    assert (wrong.value.path, wrong.value.message, wrong.value.choices) == (path, message, choices)


def test_a_bin_that_was_described_is_asked_at_the_same_url(store: Store) -> None:
    given = {"bins": {"closed": "<Response/>"}, "domains": {"acme": {"voice": "bin:closed"}}}
    (before,) = apply(parse(given), store, ACCOUNT, now=5.0)
    described = describe(store, ACCOUNT)
    other = Store(Ids(random.Random(2)))
    other.accounts.create(sid=ACCOUNT, now=0.0)
    (after,) = apply(described, other, ACCOUNT, now=6.0)
    assert after.voice_url == before.voice_url
    (made,) = other.bins.of(ACCOUNT)
    assert (made.url, made.twiml) == (before.voice_url, "<Response/>")
