"""The edges' names and addresses."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from sipdomain.twilio.names.edges import EDGE_NAMES, EDGES, LEGACY_REGIONS, MEDIA, PLACES, edge_name


def test_there_are_eight_edges_and_a_legacy_region_for_each() -> None:
    assert EDGE_NAMES == (
        "ashburn", "umatilla", "dublin", "frankfurt", "singapore", "tokyo", "sao-paulo", "sydney",
    )  # fmt: skip
    assert LEGACY_REGIONS == ("us1", "us2", "ie1", "de1", "sg1", "jp1", "br1", "au1")
    assert len(PLACES) == 8 + 8 + 8 + 8 + 2


def test_no_two_edges_share_an_address_and_each_has_four() -> None:
    networks = [ip_network(edge.signalling) for edge in EDGES]
    assert [network.num_addresses for network in networks] == [4] * 8
    assert len(set(networks)) == 8
    assert ip_network(MEDIA).num_addresses == 16_384


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("dublin", "dublin"),
        ("Sao-Paulo", "sao-paulo"),
        ("ie1", "dublin"),
        ("US1", "ashburn"),
        ("dublin-ix", "dublin-ix"),
        ("us1-ix", "ashburn-ix"),
        ("san-jose-ix", "san-jose-ix"),
        ("london", None),
        ("san-jose", None),
        ("-ix", None),
        ("atlantis", None),
        ("", None),
    ],
)
def test_a_legacy_region_is_another_name_of_its_edge(place: str, name: str | None) -> None:
    assert edge_name(place) == name
