"""Calls of ours with Secure Media, to sips: URIs, and by a transport that the URI asks for."""

from __future__ import annotations

import pytest

from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Address
from sipdomain.twilio.fidelity.profile import Profile
from tests.parity.registering import Device, registering
from tests.unit.twilio.bench import ACME, BOTH, Bench
from tests.unit.twilio.caller import Make

URL = "http://app.test/voice"
PLACE = "127.0.0.20"


def invited(bench: Bench, to: str) -> list[tuple[str, str, str, int]]:
    """Order a call; return for each INVITE its Request-URI, and the way that it took."""
    bench.take()
    before = len(bench.sent)
    bench.post("/Calls.json", 201, To=to, From="reception", Url=URL)
    found = []
    for request, (_, flow, _) in zip(bench.take(), bench.sent[before:], strict=True):
        assert isinstance(request, Request)
        assert request.method == "INVITE"
        found.append((request.target, flow.transport, flow.remote.host, flow.remote.port))
    return found


def device(bench: Bench, number: int, transport: str) -> Device:
    """Register a device of alice by a transport."""
    at = Address("127.0.0.10", 6000 + number)
    found = Device(bench, at=at, call_id=f"device-{number}", transport=transport)
    found.register(("Content-Length", "0"))
    return found


@pytest.mark.rule("outbound-secure")
@BOTH
@pytest.mark.parametrize(
    ("to", "uri", "port"),
    [
        (f"sip:bob@{PLACE};secure=true", f"sip:bob@{PLACE};transport=tls", 5061),
        (f"sip:bob@{PLACE}:5080;secure=true", f"sip:bob@{PLACE}:5080;transport=tls", 5080),
        (f"sip:bob@{PLACE};transport=tls;secure=TRUE", f"sip:bob@{PLACE};transport=tls", 5061),
        (f"sip:bob@{PLACE};secure=true;transport=udp", f"sip:bob@{PLACE};transport=tls", 5061),
        (f"sips:bob@{PLACE};secure=true", f"sip:bob@{PLACE};transport=tls", 5061),
    ],
)
def test_secure_media_goes_over_tls_with_one_suite(
    make: Make, profile: Profile, to: str, uri: str, port: int
) -> None:
    bench = make(profile)
    assert invited(bench, to) == [(uri, "tls", PLACE, port)]
    text = bench.sent[-1][2].decode()
    assert [line for line in text.splitlines() if line.startswith(("m=audio", "a=crypto"))] == [
        "m=audio 16384 RTP/SAVP 0 8 101", text[text.index("a=crypto:1 ") :].splitlines()[0]
    ]  # fmt: skip
    assert "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" in text


@pytest.mark.rule("outbound-secure")
@BOTH
def test_keys_never_go_over_clear_udp(make: Make, profile: Profile) -> None:
    bench = make(profile)
    registering(bench)
    device(bench, 0, "udp")
    device(bench, 1, "tcp")
    assert invited(bench, f"sip:alice@{ACME};secure=true") == []
    assert bench.alerts == [32209]
    assert bench.record.status == "failed"
    assert not any(b"crypto" in data for _, _, data in bench.sent)


@pytest.mark.rule("outbound-secure")
def test_of_a_users_bindings_those_that_registered_over_tls_are_called(make: Make) -> None:
    bench = make()
    registering(bench)
    device(bench, 0, "udp")
    device(bench, 1, "tls")
    assert invited(bench, f"sip:alice@{ACME};secure=true") == [
        ("sip:alice@127.0.0.10:6001", "tls", "127.0.0.10", 6001)
    ]
    assert bench.alerts == []


@pytest.mark.rule("outbound-sips")
@pytest.mark.parametrize(
    ("to", "uri", "port"),
    [
        (f"sips:bob@{PLACE}", f"sip:bob@{PLACE};transport=tls", 5061),
        (f"SIPS:bob@{PLACE}:5070", f"sip:bob@{PLACE}:5070;transport=tls", 5070),
    ],
)
def test_sips_is_sip_over_tls(make: Make, to: str, uri: str, port: int) -> None:
    bench = make()
    assert invited(bench, to) == [(uri, "tls", PLACE, port)]
    assert b"RTP/AVP" in bench.sent[-1][2]


@pytest.mark.rule("outbound-transport", "outbound-transport-bindings")
@pytest.mark.parametrize(
    ("transport", "found"),
    [
        ("", [("udp", 6000), ("tcp", 6001)]),
        (";transport=udp", [("udp", 6000)]),
        (";transport=TCP", [("tcp", 6001)]),
        (";transport=tls", [("tls", 6000), ("tls", 6001)]),
    ],
)
def test_a_transport_chooses_among_the_bindings_of_a_user(
    make: Make, transport: str, found: list[tuple[str, int]]
) -> None:
    bench = make()
    registering(bench)
    device(bench, 0, "udp")
    device(bench, 1, "tcp")
    ways = [(way, port) for _, way, _, port in invited(bench, f"sip:alice@{ACME}{transport}")]
    assert sorted(ways, key=lambda way: way[1]) == found


@pytest.mark.rule("outbound-invite", "allow")
@BOTH
def test_an_invite_of_ours_has_the_hops_and_the_packet_time_of_the_service(
    make: Make, profile: Profile
) -> None:
    bench = make(profile)
    invited(bench, f"sip:bob@{PLACE}")
    text = bench.sent[-1][2].decode()
    assert "\r\nMax-Forwards: 68\r\n" in text
    assert "\r\nAllow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY\r\n" in text
    assert "\r\na=ptime:20\r\na=maxptime:20\r\na=sendrecv\r\n" in text
