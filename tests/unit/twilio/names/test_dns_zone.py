"""What the names of the zone resolve to."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from sipdomain.twilio.names.dns_zone import (
    AddressRecord,
    AuthorityRecord,
    Listener,
    NameServerRecord,
    PointerRecord,
    ServiceRecord,
    Zone,
)
from sipdomain.twilio.names.edges import EDGE_NAMES

HERE = "127.0.0.53"
DOMAINS = {"demo.sip.twilio.com", "north.demo.sip.twilio.com"}
ONE = {"": Listener("127.0.0.1", 5060)}
EDGES = {
    **ONE,
    "tokyo": Listener("::1", 5070),
    "dublin": Listener("127.0.1.3", 5062, 5063),
    "dublin-ix": Listener("127.0.1.9", 5064),
}


def zone(listeners: dict[str, Listener] | None = None, suffix: str = "sip.twilio.com") -> Zone:
    names = {name.replace("sip.twilio.com", suffix) for name in DOMAINS}
    return Zone(suffix, names.__contains__, ONE if listeners is None else listeners)


def a(name: str, address: str = "127.0.0.1") -> AddressRecord:
    return AddressRecord(name, ip_address(address))


@pytest.mark.parametrize(
    "name",
    [
        "demo.sip.twilio.com",
        "DEMO.sip.TWILIO.com",
        "north.demo.sip.twilio.com",
        "demo.sip.dublin.twilio.com",
        "demo.sip.ie1.twilio.com",
        "demo.sip.us1-ix.twilio.com",
        "sip.twilio.com",
        "sip.dublin.twilio.com",
        "sip.us2.twilio.com",
        "sip.london-ix.twilio.com",
    ],
)
def test_domains_and_proxies_lead_to_the_one_listener_in_all_their_forms(name: str) -> None:
    answer = zone().answer(name, "A", reached=HERE)
    assert (answer.status, answer.records, answer.authority) == ("NOERROR", (a(name),), None)


@pytest.mark.parametrize(
    ("name", "apex"),
    [
        ("other.sip.twilio.com", "sip.twilio.com"),
        ("x.demo.sip.twilio.com", "sip.twilio.com"),
        ("other.sip.Dublin.twilio.com", "sip.Dublin.twilio.com"),
        ("_sip._udp.other.sip.twilio.com", "sip.twilio.com"),
        ("_udp.other.sip.twilio.com", "sip.twilio.com"),
        ("_sip._sctp.demo.sip.twilio.com", "sip.twilio.com"),
        ("_sips._tcp.demo.sip.twilio.com", "sip.twilio.com"),
        ("_sips._udp.demo.sip.twilio.com", "sip.twilio.com"),
    ],
)
def test_what_does_not_exist_in_the_zone_is_said_not_to(name: str, apex: str) -> None:
    for kind in ("A", "SRV", "NAPTR", "TXT"):
        answer = zone().answer(name, kind, reached=HERE)
        assert (answer.status, answer.records) == ("NXDOMAIN", ())
        assert answer.authority == AuthorityRecord(apex)


@pytest.mark.parametrize(
    "name",
    [
        "twilio.com",
        "api.twilio.com",
        "demo.sip.atlantis.twilio.com",
        "example.org",
        "com",
        "",
        "xsip.twilio.com",
        "demo\\046sip.twilio.com",
        "demo.sip.twilio.com.example.org",
    ],
)
def test_other_zones_are_refused(name: str) -> None:
    answer = zone().answer(name, "A", reached=HERE)
    assert (answer.status, answer.records, answer.authority) == ("REFUSED", (), None)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("demo.sip.twilio.com", "AAAA"),
        ("demo.sip.twilio.com", "SRV"),
        ("demo.sip.twilio.com", "TXT"),
        ("demo.sip.twilio.com", "SOA"),
        ("demo.sip.twilio.com", "NS"),
        ("demo.sip.twilio.com", "TYPE65280"),
        ("_udp.demo.sip.twilio.com", "SRV"),
        ("_tcp.demo.sip.twilio.com", "A"),
        ("_sip._udp.demo.sip.twilio.com", "A"),
    ],
)
def test_a_name_without_records_of_a_type_has_none_but_exists(name: str, kind: str) -> None:
    answer = zone().answer(name, kind, reached=HERE)
    assert (answer.status, answer.records) == ("NOERROR", ())
    assert answer.authority == AuthorityRecord("sip.twilio.com")


def test_the_records_of_a_service_give_the_port_and_the_target_s_address() -> None:
    name = "_sip._udp.Demo.sip.twilio.com"
    answer = zone().answer(name, "SRV", reached=HERE)
    assert answer.records == (ServiceRecord(name, 10, 5060, "Demo.sip.twilio.com"),)
    assert answer.additional == (a("Demo.sip.twilio.com"),)


def test_a_name_without_an_edge_begins_with_the_first_edge_that_listens_and_ends_with_the_main_listener() -> (
    None
):
    name = "_sip._tcp.demo.sip.twilio.com"
    answer = zone(EDGES).answer(name, "SRV", reached=HERE)
    assert answer.records == (
        ServiceRecord(name, 10, 5062, "demo.sip.twilio.com"),
        ServiceRecord(name, 20, 5070, "demo.sip.tokyo.twilio.com"),
        ServiceRecord(name, 30, 5060, "demo.sip.ashburn.twilio.com"),
    )
    assert answer.additional == (
        a("demo.sip.twilio.com", "127.0.1.3"),
        a("demo.sip.tokyo.twilio.com", "::1"),
        a("demo.sip.ashburn.twilio.com"),
    )
    (address,) = zone(EDGES).answer("demo.sip.twilio.com", "A", reached=HERE).records
    assert address == a("demo.sip.twilio.com", "127.0.1.3")


def test_when_every_edge_listens_a_name_without_an_edge_leads_to_them_alone() -> None:
    everywhere = {name: Listener(f"127.0.1.{number}", 5060) for number, name in enumerate(EDGE_NAMES, 1)}
    answer = zone(ONE | everywhere).answer("_sip._udp.demo.sip.twilio.com", "SRV", reached=HERE)
    assert [str(each.address) for each in answer.additional] == [
        f"127.0.1.{number}" for number in range(1, 9)
    ]


@pytest.mark.parametrize(
    ("place", "kind", "address"),
    [
        ("dublin", "A", "127.0.1.3"),
        ("ie1", "A", "127.0.1.3"),
        ("dublin-ix", "A", "127.0.1.9"),
        ("ie1-ix", "A", "127.0.1.9"),
        ("tokyo", "AAAA", "::1"),
        ("sydney", "A", "127.0.0.1"),
    ],
)
def test_a_name_with_an_edge_leads_to_that_edge_alone(place: str, kind: str, address: str) -> None:
    name = f"demo.sip.{place}.twilio.com"
    assert zone(EDGES).answer(name, kind, reached=HERE).records == (a(name, address),)
    services = zone(EDGES).answer(f"_sip._udp.{name}", "SRV", reached=HERE)
    assert [each.target for each in services.records if isinstance(each, ServiceRecord)] == [name]


def test_tls_is_offered_where_it_is_taken() -> None:
    name = "demo.sip.dublin.twilio.com"
    services = zone(EDGES).answer(f"_sips._tcp.{name}", "SRV", reached=HERE)
    assert services.records == (ServiceRecord(f"_sips._tcp.{name}", 10, 5063, name),)
    assert zone(EDGES).answer(name, "NAPTR", reached=HERE).records == (
        PointerRecord(name, 10, "SIP+D2U", f"_sip._udp.{name}"),
        PointerRecord(name, 20, "SIP+D2T", f"_sip._tcp.{name}"),
        PointerRecord(name, 30, "SIPS+D2T", f"_sips._tcp.{name}"),
    )
    assert [
        each.service
        for each in zone().answer(name, "NAPTR", reached=HERE).records
        if isinstance(each, PointerRecord)
    ] == ["SIP+D2U", "SIP+D2T"]


@pytest.mark.parametrize("wildcard", ["0.0.0.0", "::"])
@pytest.mark.parametrize(("reached", "kind"), [("192.0.2.7", "A"), ("2001:db8::7", "AAAA")])
def test_a_wildcard_stands_for_the_address_that_was_asked(wildcard: str, reached: str, kind: str) -> None:
    answer = zone({"": Listener(wildcard, 5060)}).answer("demo.sip.twilio.com", kind, reached=reached)
    assert answer.records == (a("demo.sip.twilio.com", reached),)


@pytest.mark.parametrize("apex", ["sip.twilio.com", "sip.sydney.twilio.com"])
def test_each_proxy_s_name_is_a_zone_that_serves_itself(apex: str) -> None:
    assert zone().answer(apex, "SOA", reached=HERE).records == (AuthorityRecord(apex),)
    named = zone().answer(apex, "NS", reached=HERE)
    assert (named.records, named.additional) == ((NameServerRecord(apex),), (a(apex),))


def test_of_any_some_records_are_given() -> None:
    name = "demo.sip.tokyo.twilio.com"
    assert zone(EDGES).answer(name, "ANY", reached=HERE).records == (a(name, "::1"),)
    services = zone(EDGES).answer(f"_sip._udp.{name}", "ANY", reached=HERE)
    assert services.records == (ServiceRecord(f"_sip._udp.{name}", 10, 5070, name),)


def test_the_suffix_can_be_another() -> None:
    other = zone(EDGES, "pbx.test")
    assert other.answer("demo.pbx.test", "A", reached=HERE).records == (a("demo.pbx.test", "127.0.1.3"),)
    assert other.answer("demo.pbx.dublin.test", "A", reached=HERE).records == (
        a("demo.pbx.dublin.test", "127.0.1.3"),
    )
    assert other.answer("demo.sip.twilio.com", "A", reached=HERE).status == "REFUSED"
    single = zone(suffix="test")
    assert single.answer("demo.test", "A", reached=HERE).records == (a("demo.test"),)
    assert single.answer("demo.dublin.test", "A", reached=HERE).status == "NXDOMAIN"


def test_a_listener_that_comes_later_is_in_dns() -> None:
    listeners = dict(ONE)
    later = zone(listeners)
    assert later.answer("sip.tokyo.twilio.com", "A", reached=HERE).records == (a("sip.tokyo.twilio.com"),)
    listeners["tokyo"] = Listener("127.0.1.6", 5060)
    assert later.answer("sip.tokyo.twilio.com", "A", reached=HERE).records == (
        a("sip.tokyo.twilio.com", "127.0.1.6"),
    )


def test_edges_that_lead_are_named_in_their_order_each_under_its_own_name() -> None:
    asked: list[tuple[str, str]] = []
    led = zone(EDGES)

    def leads(name: str, kind: str) -> tuple[str, ...]:
        asked.append((name, kind))
        return ("tokyo", "dublin")

    led.leads = leads
    name = "_sip._udp.demo.sip.twilio.com"

    assert led.answer(name, "SRV", reached=HERE).records == (
        ServiceRecord(name, 10, 5070, "demo.sip.tokyo.twilio.com"),
        ServiceRecord(name, 20, 5062, "demo.sip.dublin.twilio.com"),
    )
    assert led.answer("demo.sip.twilio.com", "AAAA", reached=HERE).records == (
        a("demo.sip.twilio.com", "::1"),
    )
    assert led.answer("demo.sip.dublin.twilio.com", "A", reached=HERE).records == (
        a("demo.sip.dublin.twilio.com", "127.0.1.3"),
    )
    assert asked == [(name, "SRV"), ("demo.sip.twilio.com", "AAAA")]
