"""Addresses as people type them."""

from __future__ import annotations

import pytest

from sipdomain.cli.addresses import parse_edges, parse_peers
from sipdomain.errors import SetupError
from sipdomain.sip.outputs import Address


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


def test_each_peer_has_an_address() -> None:
    assert parse_peers(["PBX.example=127.0.0.1:5070", "six=[::1]:5060"], "--map-sip") == {
        "pbx.example": Address("127.0.0.1", 5070),
        "six": Address("::1", 5060),
    }


@pytest.mark.parametrize(
    ("items", "told"),
    [
        (["pbx.example"], "--map-sip needs NAME=ADDRESS:PORT"),
        (["=127.0.0.1:5060"], "--map-sip needs NAME=ADDRESS:PORT"),
        (["pbx.example=127.0.0.1"], "--map-sip needs HOST:PORT"),
        (["pbx.example=other.example:5060"], "--map-sip needs NAME=ADDRESS:PORT"),
        (["a=127.0.0.1:1", "A=127.0.0.1:2"], "--map-sip names A twice"),
    ],
)
def test_what_is_no_peer_s_address_is_refused(items: list[str], told: str) -> None:
    with pytest.raises(SetupError) as refused:
        parse_peers(items, "--map-sip")
    assert told in str(refused.value)
