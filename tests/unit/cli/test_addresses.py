"""Addresses as people type them."""

from __future__ import annotations

import pytest

from sipdomain.cli.addresses import is_url, parse_edges, parse_peers, parse_url
from sipdomain.errors import SetupError
from sipdomain.sip.outputs import Address
from sipdomain.twilio.names.sip_servers import SipServer


def test_each_edge_has_an_address_and_a_legacy_region_is_its_edge() -> None:
    assert parse_edges(["dublin=127.0.1.3:5060", "JP1=[::1]:0", "london-ix=localhost:5070"], "--edge") == {
        "dublin": Address("127.0.1.3", 5060),
        "tokyo": Address("::1", 0),
        "london-ix": Address("127.0.0.1", 5070),
    }


@pytest.mark.parametrize(
    ("items", "told"),
    [
        (["atlantis=127.0.1.3:5060"], "such as dublin=127.0.1.3:5060 (got 'atlantis=127.0.1.3:5060')"),
        (["dublin"], "--edge needs NAME=HOST:PORT"),
        (["127.0.1.3:5060"], "edges: ashburn, umatilla, dublin"),
        (["dublin=127.0.1.3"], "--edge needs HOST:PORT"),
        (["dublin=127.0.1.3:1", "ie1=127.0.1.4:1"], "--edge names the edge dublin twice"),
    ],
)
def test_what_is_no_edge_s_address_is_refused(items: list[str], told: str) -> None:
    with pytest.raises(SetupError) as refused:
        parse_edges(items, "--edge")
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "http://[",
        "http://host:99999",
        "http://host:none",
        "http://host:0",
        "https://",
        "file:///etc/hosts",
        "",
    ],
)
def test_what_is_not_a_url_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(SetupError) as refused:
        parse_url(text, "--rest")
    assert str(refused.value) == f"--rest needs a URL, such as http://127.0.0.1:8080 (got {text!r})"


def test_a_url_has_its_parts() -> None:
    parts = parse_url("https://[::1]:8443/voice?a=b", "--rest")
    assert (parts.scheme, parts.hostname, parts.port, parts.path) == ("https", "::1", 8443, "/voice")


def test_what_begins_as_a_url_is_meant_as_one_even_where_it_is_not_valid() -> None:
    assert [is_url(each) for each in ("HTTP://[", "https://a", "http:a", "a.xml", "http/a")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_each_peer_has_an_address() -> None:
    assert parse_peers(["PBX.example=127.0.0.1:5070", "six=[::1]:5060"], "--map-sip") == {
        "pbx.example": (SipServer(Address("127.0.0.1", 5070)),),
        "six": (SipServer(Address("::1", 5060)),),
    }


def test_a_peer_has_several_servers_with_priority_weight_and_transport() -> None:
    item = "pbx.example=127.0.0.1:5070;priority=10;weight=3, [::1]:5061;transport=tls;priority=20"
    assert parse_peers([item], "--map-sip") == {
        "pbx.example": (
            SipServer(Address("127.0.0.1", 5070), priority=10, weight=3),
            SipServer(Address("::1", 5061), priority=20, transport="tls"),
        )
    }


@pytest.mark.parametrize(
    ("items", "told"),
    [
        (["pbx.example"], "--map-sip needs NAME=ADDRESS:PORT"),
        (["=127.0.0.1:5060"], "--map-sip needs NAME=ADDRESS:PORT"),
        (["pbx.example=127.0.0.1"], "--map-sip needs HOST:PORT"),
        (["pbx.example=other.example:5060"], "--map-sip needs NAME=ADDRESS:PORT"),
        (["a=127.0.0.1:1", "A=127.0.0.1:2"], "--map-sip names A twice"),
        (["a=127.0.0.1:1,"], "--map-sip needs HOST:PORT"),
        (["a=127.0.0.1:0"], "--map-sip needs NAME=ADDRESS:PORT"),
        (["a=127.0.0.1:1", "a.=127.0.0.1:2"], "--map-sip names a. twice"),
        (["a=127.0.0.1:1;priority=65536"], "--map-sip takes ;priority= and ;weight= from 0 to 65535"),
        (["a=127.0.0.1:1;weight"], "(got '127.0.0.1:1;weight')"),
        (["a=127.0.0.1:1;transport=sctp"], "and ;transport=udp, tcp or tls"),
        (["a=127.0.0.1:1;ttl=5"], "(got '127.0.0.1:1;ttl=5')"),
        (["a=" + ",".join(["127.0.0.1:1"] * 17)], "at most 16 servers of one name (got 17)"),
    ],
)
def test_what_is_no_peer_s_address_is_refused(items: list[str], told: str) -> None:
    with pytest.raises(SetupError) as refused:
        parse_peers(items, "--map-sip")
    assert told in str(refused.value)
