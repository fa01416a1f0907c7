"""DNS messages as bytes."""

from __future__ import annotations

import struct

import pytest
from dnslib import EDNS0, QTYPE, RCODE, DNSQuestion, DNSRecord
from hypothesis import example, given, strategies as st

from sipdomain.runtime.dns.message import reply
from sipdomain.twilio.names.dns_zone import Listener, Zone
from sipdomain.twilio.names.edges import EDGE_NAMES

ONE = Zone("sip.twilio.com", {"demo.sip.twilio.com"}.__contains__, {"": Listener("127.0.0.1", 5060, 5061)})
MANY = Zone(
    "sip.twilio.com",
    {"demo.sip.twilio.com"}.__contains__,
    {
        "": Listener("127.0.0.1", 5060),
        **{name: Listener(f"127.0.1.{number}", 5060) for number, name in enumerate(EDGE_NAMES, 1)},
    },
)
SERVICES = "_sip._udp.demo.sip.twilio.com"


def query(name: str, kind: str = "A", *options: EDNS0) -> DNSRecord:
    record = DNSRecord.question(name, kind)
    for each in options:
        record.add_ar(each)
    return record


def asked(zone: Zone, data: bytes, *, udp: bool = True) -> DNSRecord:
    """Return the response, parsed."""
    response = reply(zone, data, reached="127.0.0.1", udp=udp)
    assert response is not None
    return DNSRecord.parse(response)


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("demo.sip.twilio.com", "A", "127.0.0.1"),
        (SERVICES, "SRV", "10 10 5060 demo.sip.twilio.com."),
        ("_sips._tcp.sip.dublin.twilio.com", "SRV", "10 10 5061 sip.dublin.twilio.com."),
        ("sip.twilio.com", "NS", "sip.twilio.com."),
        ("sip.twilio.com", "SOA", "sip.twilio.com. hostmaster.sip.twilio.com. 1 3600 600 86400 1"),
    ],
)
def test_a_question_is_answered_with_its_id_and_authority(name: str, kind: str, text: str) -> None:
    question = query(name, kind)
    answer = asked(ONE, question.pack())
    assert (answer.header.id, answer.header.qr, answer.header.aa, answer.header.ra, answer.header.tc) == (
        question.header.id, 1, 1, 0, 0,
    )  # fmt: skip
    assert answer.q == question.q
    assert [(QTYPE[each.rtype], str(each.rdata)) for each in answer.rr] == [(kind, text)]


def test_an_ipv6_listener_has_an_aaaa_record() -> None:
    zone = Zone("test", {"demo.test"}.__contains__, {"": Listener("2001:db8::5060", 5060)})
    (record,) = asked(zone, query("demo.test", "AAAA").pack()).rr
    assert (QTYPE[record.rtype], str(record.rdata)) == ("AAAA", "2001:db8::5060")


def test_an_answer_may_be_kept_as_long_as_the_zone_says_and_the_news_of_none_for_one_second() -> None:
    zone = Zone("test", {"demo.test"}.__contains__, {"": Listener("127.0.0.1", 5060)})
    zone.ttl = 0

    services = asked(zone, query("_sip._udp.demo.test", "SRV").pack())
    assert [each.ttl for each in (*services.rr, *services.ar)] == [0, 0]
    assert [each.ttl for each in asked(zone, query("other.test", "A").pack()).auth] == [1]
    assert [each.ttl for each in asked(zone, query("test", "SOA").pack()).rr] == [1]


def test_naptr_names_the_service_records_of_each_transport() -> None:
    records = asked(ONE, query("demo.sip.twilio.com", "NAPTR").pack()).rr
    assert [str(each.rdata) for each in records] == [
        '10 10 "s" "SIP+D2U" "" _sip._udp.demo.sip.twilio.com.',
        '10 20 "s" "SIP+D2T" "" _sip._tcp.demo.sip.twilio.com.',
        '10 30 "s" "SIPS+D2T" "" _sips._tcp.demo.sip.twilio.com.',
    ]


def test_the_case_of_a_question_comes_back() -> None:
    answer = asked(ONE, query("dEmO.sIp.TwIlIo.CoM").pack())
    assert str(answer.q.qname) == str(answer.rr[0].rname) == "dEmO.sIp.TwIlIo.CoM."


@pytest.mark.parametrize(
    ("name", "code", "authority"),
    [
        ("other.sip.twilio.com", "NXDOMAIN", True),
        ("_udp.demo.sip.twilio.com", "NOERROR", True),
        ("api.twilio.com", "REFUSED", False),
        (".", "REFUSED", False),
        ("ä.sip.twilio.com", "NXDOMAIN", True),
    ],
)
def test_what_there_is_no_record_of_has_its_code(name: str, code: str, *, authority: bool) -> None:
    answer = asked(ONE, query(name).pack())
    assert (RCODE[answer.header.rcode], len(answer.rr), len(answer.auth)) == (code, 0, int(authority))


def test_a_dot_within_a_label_divides_no_labels() -> None:
    wire = query("demo.sip.twilio.com").pack().replace(b"\x04demo\x03sip", b"\x08demo.sip")
    assert RCODE[asked(ONE, wire).header.rcode] == "REFUSED"


def test_another_class_is_refused() -> None:
    wire = DNSRecord(q=DNSQuestion("demo.sip.twilio.com", QTYPE.A, 3)).pack()
    assert RCODE[asked(ONE, wire).header.rcode] == "REFUSED"


def test_what_is_too_large_for_a_datagram_loses_its_additions_then_is_marked_as_truncated() -> None:
    plain = asked(MANY, query(SERVICES, "SRV").pack())
    assert (plain.header.tc, len(plain.rr), len(plain.ar)) == (0, 8, 0)
    long = query(f"_sip._udp.{'x.' * 60}sip.twilio.com", "SRV")
    everything = Zone("sip.twilio.com", lambda _: True, {"": Listener("127.0.0.1", 5060)} | {
        name: Listener("127.0.1.1", 5060) for name in EDGE_NAMES
    })  # fmt: skip
    truncated = asked(everything, long.pack())
    assert (truncated.header.tc, truncated.rr, truncated.ar) == (1, [], [])
    whole = asked(everything, long.pack(), udp=False)
    assert (whole.header.tc, len(whole.rr), len(whole.ar)) == (0, 8, 8)


def test_a_client_with_edns_gets_more_and_an_opt_record_of_our_own() -> None:
    answer = asked(MANY, query(SERVICES, "SRV", EDNS0(udp_len=4096)).pack())
    assert (answer.header.tc, len(answer.rr)) == (0, 8)
    addresses = [str(each.rdata) for each in answer.ar if each.rtype == QTYPE.A]
    assert addresses == [f"127.0.1.{number}" for number in range(1, 9)]
    (options,) = (each for each in answer.ar if each.rtype == QTYPE.OPT)
    assert (options.edns_ver, options.edns_len) == (0, 1232)


def test_an_edns_version_that_is_not_known_is_reported() -> None:
    answer = asked(ONE, query("demo.sip.twilio.com", "A", EDNS0(version=1, udp_len=1232)).pack())
    (options,) = answer.ar
    assert (answer.header.rcode, options.edns_rcode, answer.rr) == (0, 1, [])


TWO_OPTIONS = query("demo.sip.twilio.com", "A", EDNS0(udp_len=512), EDNS0(udp_len=512)).pack()
TWO_QUESTIONS = bytes([0, 7, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0]) + (b"\x00\x00\x01\x00\x01" * 2)
LOOP = bytes([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]) + b"\xc0\x0c\x00\x01\x00\x01"
CHAIN = (
    bytes([0, 7, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0])
    + b"\x00\x00\x01\x00\x01"
    + b"".join(struct.pack("!H", 0xC000 | offset) for offset in range(12, 4000, 2))
)
# A label type that RFC 1035 section 4.1.4 reserves; and a name of 256 octets, which is one too many.
RESERVED = bytes([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 64]) + b"x" * 64 + b"\x00\x00\x01\x00\x01"
TOO_LONG = (
    bytes([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    + b"\x3f".ljust(64, b"x") * 3
    + b"\x3e".ljust(63, b"x")
    + b"\x00\x00\x01\x00\x01"
)


@pytest.mark.parametrize(
    "data",
    [
        TWO_OPTIONS,
        TWO_QUESTIONS,
        LOOP,
        CHAIN,
        RESERVED,
        TOO_LONG,
        query("demo.sip.twilio.com").pack()[:-1],
        bytes([0, 7, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        bytes([0, 7, 1, 0, 255, 255, 255, 255, 255, 255, 255, 255]),
    ],
)
def test_a_query_that_cannot_be_read_is_called_malformed(data: bytes) -> None:
    response = reply(ONE, data, reached="127.0.0.1", udp=True)
    assert response == data[:2] + bytes([0x81, 1]) + bytes(8)


@pytest.mark.parametrize("opcode", [1, 2, 4, 5, 15])
def test_another_operation_is_not_implemented(opcode: int) -> None:
    data = bytearray(query("demo.sip.twilio.com").pack())
    data[2] = opcode << 3
    response = reply(ONE, bytes(data), reached="127.0.0.1", udp=True)
    assert response == bytes(data[:2]) + bytes([0x80 | opcode << 3, 4]) + bytes(8)


@pytest.mark.parametrize("data", [b"", b"\x00" * 11, query("demo.sip.twilio.com").reply().pack()])
def test_what_is_no_query_gets_nothing(data: bytes) -> None:
    assert reply(ONE, data, reached="127.0.0.1", udp=True) is None


PACKED = [query("demo.sip.twilio.com", kind, EDNS0(udp_len=900)).pack() for kind in ("A", "SRV", "SVCB")]


@given(
    st.one_of(
        st.binary(max_size=600),
        st.tuples(st.sampled_from(PACKED), st.integers(0, 60), st.binary(max_size=6)).map(
            lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] + len(parts[2]) :]
        ),
        st.binary(max_size=300).map(lambda rest: bytes([0, 7, 1, 0, 0, 1, 0, 1, 0, 1, 0, 2]) + rest),
    ),
    st.booleans(),
)
@example(LOOP, True)
def test_any_bytes_get_a_response_that_can_be_read_or_nothing(data: bytes, udp: bool) -> None:
    response = reply(MANY, data, reached="127.0.0.1", udp=udp)
    if response is not None:
        assert response[:2] == data[:2]
        assert response[2] & 0x80
        assert len(response) <= (1232 if udp else 65_535)
        DNSRecord.parse(response)
