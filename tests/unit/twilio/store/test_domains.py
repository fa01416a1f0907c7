"""Whose name it is, what stands under it, and where it leads."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sipdomain.errors import RestError
from sipdomain.twilio.store import DomainSettings, Store

MAIN = "AC00000000000000000000000000000001"
SUB = "AC00000000000000000000000000000002"
STRANGER = "AC00000000000000000000000000000003"


def code_of(refused: pytest.ExceptionInfo[RestError]) -> tuple[int, int]:
    return refused.value.status, refused.value.code


def test_a_domain_is_found_by_its_name_in_any_case(store: Store) -> None:
    made = store.domains.create(MAIN, "Acme.sip.twilio.com", now=2.0)

    assert store.domain_named("aCME.sip.twilio.com") is made
    assert made.domain_name == "Acme.sip.twilio.com"
    assert (made.created_at, made.updated_at) == (2.0, 2.0)
    assert store.domain_named("other.sip.twilio.com") is None
    assert store.domains.fetch(MAIN, made.sid) is made
    with pytest.raises(RestError) as refused:
        store.domains.fetch(SUB, made.sid)
    assert code_of(refused) == (404, 20404)


@pytest.mark.rule("domain-names")
@pytest.mark.parametrize("account", [MAIN, SUB, STRANGER])
def test_a_name_belongs_to_whoever_came_first(store: Store, account: str) -> None:
    store.domains.create(MAIN, "acme.sip.twilio.com", now=2.0)

    with pytest.raises(RestError, match=r"^Domain ACME.sip.twilio.com already exists.$") as refused:
        store.domains.create(account, "ACME.sip.twilio.com", now=2.0)
    assert code_of(refused) == (400, 21232)


def test_a_wrong_name_is_refused(store: Store) -> None:
    with pytest.raises(RestError, match="Invalid Domain Name") as refused:
        store.domains.create(MAIN, "acme.example.com", now=2.0)
    assert code_of(refused) == (400, 21231)


def test_an_accounts_own_sid_is_reserved_for_it(store: Store) -> None:
    with pytest.raises(RestError, match="already exists") as refused:
        store.domains.create(STRANGER, f"{MAIN}.sip.twilio.com", now=2.0)
    assert code_of(refused) == (400, 21232)

    assert store.domains.create(MAIN, f"{MAIN.lower()}.sip.twilio.com", now=2.0).account_sid == MAIN


@pytest.mark.rule("domain-names")
@pytest.mark.parametrize("account", [MAIN, SUB])
def test_a_subdomain_may_stand_under_ones_own_or_ones_parents_domain(store: Store, account: str) -> None:
    store.domains.create(MAIN, "acme.sip.twilio.com", now=2.0)

    made = store.domains.create(account, "north.acme.sip.twilio.com", now=2.0)
    assert made.account_sid == account
    below = store.domains.create(account, "x.north.acme.sip.twilio.com", now=2.0)
    assert store.domain_named("x.north.acme.sip.twilio.com") is below


@pytest.mark.rule("domain-names", "domain-refused")
def test_a_subdomain_needs_a_parent_that_is_ones_own(store: Store) -> None:
    with pytest.raises(RestError, match="the parent domain does not exist") as refused:
        store.domains.create(MAIN, "north.acme.sip.twilio.com", now=2.0)
    assert code_of(refused) == (400, 21232)

    store.domains.create(SUB, "acme.sip.twilio.com", now=2.0)
    for account in (MAIN, STRANGER):
        with pytest.raises(RestError, match="belongs to another account") as refused:
            store.domains.create(account, "north.acme.sip.twilio.com", now=2.0)
        assert code_of(refused) == (400, 21232)


@pytest.mark.rule("domain-of-subdomains")
def test_a_domain_with_subdomains_stays_and_keeps_its_name(store: Store) -> None:
    acme = store.domains.create(MAIN, "acme.sip.twilio.com", now=2.0)
    north = store.domains.create(SUB, "north.acme.sip.twilio.com", now=2.0)

    with pytest.raises(RestError) as refused:
        store.domains.delete(MAIN, acme.sid)
    assert code_of(refused) == (400, 21233)
    with pytest.raises(RestError) as refused:
        store.domains.update(MAIN, acme.sid, domain_name="b.sip.twilio.com", now=3.0)
    assert code_of(refused) == (400, 21233)
    assert store.domains.update(MAIN, acme.sid, domain_name="ACME.sip.twilio.com", now=3.0).sid == acme.sid

    store.domains.delete(SUB, north.sid)
    store.domains.delete(MAIN, acme.sid)
    assert store.domain_named("acme.sip.twilio.com") is None


def test_a_renamed_domain_is_found_by_its_new_name_only(store: Store) -> None:
    made = store.domains.create(MAIN, "acme.sip.twilio.com", now=2.0)
    store.domains.create(MAIN, "taken.sip.twilio.com", now=2.0)
    changed = store.domains.update(MAIN, made.sid, domain_name="b.sip.twilio.com", now=3.0)

    assert store.domain_named("acme.sip.twilio.com") is None
    assert store.domain_named("b.sip.twilio.com") is changed
    assert (changed.created_at, changed.updated_at) == (2.0, 3.0)
    with pytest.raises(RestError, match="already exists"):
        store.domains.update(MAIN, made.sid, domain_name="taken.sip.twilio.com", now=4.0)
    assert store.domain_named("b.sip.twilio.com") is changed


def test_a_domain_cannot_move_under_itself(store: Store) -> None:
    made = store.domains.create(MAIN, "acme.sip.twilio.com", now=2.0)

    with pytest.raises(RestError, match="the parent domain does not exist"):
        store.domains.update(MAIN, made.sid, domain_name="north.acme.sip.twilio.com", now=3.0)


@pytest.mark.rule("most-domains")
def test_an_account_has_room_for_so_many_domains(store: Store) -> None:
    for number in range(3):
        store.domains.create(MAIN, f"d{number}.sip.twilio.com", now=2.0)

    with pytest.raises(RestError) as refused:
        store.domains.create(MAIN, "d3.sip.twilio.com", now=2.0)
    assert code_of(refused) == (400, 21230)
    assert store.domains.create(SUB, "d3.sip.twilio.com", now=2.0).account_sid == SUB


def test_what_is_not_given_stays_and_an_empty_url_goes(store: Store) -> None:
    made = store.domains.create(
        MAIN, "a.sip.twilio.com", now=2.0, voice_url="http://x/", voice_method="get", secure=True
    )
    assert (made.voice_url, made.voice_method, made.secure) == ("http://x/", "GET", True)

    changed = store.domains.update(MAIN, made.sid, now=3.0, voice_fallback_url="http://y/")
    assert (changed.voice_url, changed.voice_fallback_url, changed.secure) == ("http://x/", "http://y/", True)
    changed = store.domains.update(MAIN, made.sid, now=3.0, voice_url="", friendly_name="A", secure=False)
    assert (changed.voice_url, changed.friendly_name, changed.secure) == (None, "A", False)


@pytest.mark.rule("friendly-names")
@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"voice_url": "ftp://x/"}, 21205),
        ({"voice_url": "/voice"}, 21205),
        ({"voice_url": "http://"}, 21205),
        ({"voice_url": "http://x:99999/"}, 21205),
        ({"voice_url": "http://x/a b"}, 21205),
        ({"voice_fallback_url": "http://[::1/"}, 21205),
        ({"voice_status_callback_url": "x"}, 21205),
        ({"voice_method": "PUT"}, 21209),
        ({"voice_fallback_method": "DELETE"}, 21209),
        ({"voice_status_callback_method": "x"}, 21209),
        ({"friendly_name": "x" * 65}, 21231),
        ({"byoc_trunk_sid": "BY1"}, 21231),
        ({"emergency_caller_sid": "BY" + "0" * 32}, 21231),
    ],
)
def test_a_wrong_setting_changes_nothing(store: Store, settings: DomainSettings, code: int) -> None:
    made = store.domains.create(MAIN, "a.sip.twilio.com", now=2.0)

    refusals: list[Callable[[], object]] = [
        lambda: store.domains.create(MAIN, "b.sip.twilio.com", now=2.0, **settings),
        lambda: store.domains.update(MAIN, made.sid, now=3.0, **settings),
    ]
    for refuse in refusals:
        with pytest.raises(RestError) as refused:
            refuse()
        assert code_of(refused) == (400, code)
    assert store.domains.of(MAIN) == [made]
    assert store.domain_named("b.sip.twilio.com") is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:5000/voice",
        "https://user:pw@app.example/a?b=c",
        "http://[::1]:80/",
        "http://bücher/",
    ],
)
def test_http_urls_of_all_kinds_are_kept_as_written(store: Store, url: str) -> None:
    assert store.domains.create(MAIN, "a.sip.twilio.com", now=2.0, voice_url=url).voice_url == url
