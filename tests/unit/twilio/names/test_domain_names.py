"""Names of SIP domains."""

from __future__ import annotations

import pytest

from sipdomain.twilio.names.domain_names import (
    canonical_host,
    full_name,
    is_domain_name,
    is_proxy_name,
    is_suffix,
    localized,
    parent_name,
    split_edge,
)

PLACES = [
    *["ashburn", "umatilla", "dublin", "frankfurt", "singapore", "tokyo", "sao-paulo", "sydney"],
    *["us1", "us2", "ie1", "de1", "sg1", "jp1", "br1", "au1"],
    *["ashburn-ix", "san-jose-ix", "london-ix", "frankfurt-ix", "singapore-ix", "tokyo-ix", "sydney-ix"],
    *["sao-paulo-ix", "us1-ix", "ie1-ix", "de1-ix", "sg1-ix", "au1-ix"],
]


@pytest.mark.rule("edge-names")
@pytest.mark.parametrize("place", PLACES)
def test_every_edge_means_the_same_domain(place: str) -> None:
    assert canonical_host(f"acme.sip.{place}.twilio.com") == "acme.sip.twilio.com"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("Acme.SIP.Twilio.com", "acme.sip.twilio.com"),
        ("acme.sip.twilio.com.", "acme.sip.twilio.com"),
        ("north.acme.sip.dublin.twilio.com", "north.acme.sip.twilio.com"),
        ("dublin.sip.twilio.com", "dublin.sip.twilio.com"),
        ("sip.dublin.twilio.com", "sip.twilio.com"),
        ("acme.sip.nowhere.twilio.com", "acme.sip.nowhere.twilio.com"),
        ("acme.dublin.twilio.com", "acme.dublin.twilio.com"),
        ("acmesip.dublin.twilio.com", "acmesip.dublin.twilio.com"),
        ("acme.pstn.dublin.twilio.com", "acme.pstn.dublin.twilio.com"),
        ("acme.sip.dublin.example.com", "acme.sip.dublin.example.com"),
        ("127.0.0.1", "127.0.0.1"),
        ("", ""),
    ],
)
def test_other_hosts_keep_their_names(host: str, name: str) -> None:
    assert canonical_host(host) == name


def test_the_edge_stands_after_the_first_label_of_any_suffix() -> None:
    assert (
        canonical_host("acme.voice.tokyo.example.test", suffix="voice.example.test")
        == "acme.voice.example.test"
    )
    assert canonical_host("acme.test", suffix="test") == "acme.test"


@pytest.mark.rule("domain-names")
@pytest.mark.parametrize(
    ("name", "valid"),
    [
        ("acme.sip.twilio.com", True),
        ("ACME-2.sip.TWILIO.com", True),
        ("7.sip.twilio.com", True),
        ("north.acme.sip.twilio.com", True),
        ("a" * 63 + ".sip.twilio.com", True),
        ("a" * 64 + ".sip.twilio.com", False),
        (".".join(["a" * 60] * 4) + ".sip.twilio.com", False),
        ("sip.twilio.com", False),
        (".sip.twilio.com", False),
        ("a..sip.twilio.com", False),
        ("a_b.sip.twilio.com", False),
        ("-a.sip.twilio.com", False),
        ("a-.sip.twilio.com", False),
        ("ä.sip.twilio.com", False),
        ("a b.sip.twilio.com", False),
        ("acme.sip.twilio.com\n", False),
        ("acme.sip.dublin.twilio.com", False),
        ("acme.example.com", False),
        ("acmesip.twilio.com", False),
        ("", False),
    ],
)
def test_a_domain_name_is_letters_digits_and_hyphens(name: str, valid: bool) -> None:
    assert is_domain_name(name) is valid


def test_a_name_without_dots_stands_right_under_the_suffix() -> None:
    assert full_name("acme") == "acme.sip.twilio.com"
    assert full_name("acme", suffix="sip.example") == "acme.sip.example"
    assert full_name("north.acme.sip.twilio.com") == "north.acme.sip.twilio.com"


def test_a_subdomain_stands_under_the_name_without_its_first_label() -> None:
    assert parent_name("north.Acme.sip.twilio.com") == "Acme.sip.twilio.com"
    assert parent_name("acme.SIP.twilio.com") is None


@pytest.mark.parametrize(
    ("host", "edge"),
    [
        ("acme.sip.dublin.twilio.com", "dublin"),
        ("Acme.SIP.IE1.twilio.com.", "dublin"),
        ("acme.sip.dublin-ix.twilio.com", "dublin-ix"),
        ("acme.sip.ie1-ix.twilio.com", "dublin-ix"),
        ("sip.tokyo.twilio.com", "tokyo"),
        ("acme.sip.twilio.com", None),
        ("acme.sip.atlantis.twilio.com", None),
        ("127.0.0.1", None),
    ],
)
def test_a_host_says_which_edge_it_names(host: str, edge: str | None) -> None:
    assert split_edge(host)[1] == edge


@pytest.mark.parametrize(
    ("host", "proxy"),
    [
        ("sip.twilio.com", True),
        ("SIP.Twilio.com.", True),
        ("sip.dublin.twilio.com", True),
        ("sip.us1-ix.twilio.com", True),
        ("sip.atlantis.twilio.com", False),
        ("acme.sip.twilio.com", False),
        ("acme.sip.dublin.twilio.com", False),
        ("twilio.com", False),
    ],
)
def test_the_suffix_and_its_edges_are_names_of_proxies(host: str, *, proxy: bool) -> None:
    assert is_proxy_name(host) is proxy


def test_the_localized_form_of_a_suffix_names_the_edge_after_its_first_label() -> None:
    assert localized("sip.twilio.com", "dublin") == "sip.dublin.twilio.com"
    assert localized("voice.example.test", "tokyo") == "voice.tokyo.example.test"
    assert localized("test", "tokyo") == "test"


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("sip.twilio.com", True),
        ("test", True),
        ("pbx-1.example.test", True),
        ("", False),
        (".sip.test", False),
        ("sip..test", False),
        ("sip.test.", False),
        ("SIP.test", False),
        ("sip_test", False),
        (".".join(["a" * 50] * 4), False),
    ],
)
def test_a_suffix_is_made_of_labels_in_lower_case(text: str, *, fine: bool) -> None:
    assert is_suffix(text) is fine
