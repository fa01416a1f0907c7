"""TLS, IPv6, and the connection that a call came by."""

from __future__ import annotations

import asyncio
import ssl
import warnings

import pytest

from sipdomain.entries import Decision
from sipdomain.runtime.sip.edge_listeners import secure_beside
from sipdomain.runtime.tls.certificates import CertificateAuthority, authority_of_this_run, usual_names
from sipdomain.runtime.tls.contexts import TlsServer, trusting
from sipdomain.sip.outputs import Address, Flow
from tests.unit.twilio.bench import ACME, Bench, flow
from tests.unit.twilio.caller import Caller, Make

SECURE = Address("127.0.0.1", 5061)
PHONE = Address("::1", 5070)
HERE = Address("::1", 5060)
SDP_OVER_IPV6 = (
    b"v=0\r\no=- 1 1 IN IP6 ::1\r\ns=-\r\nc=IN IP6 ::1\r\nt=0 0\r\n"
    b"m=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n"
)


def agreed(
    name: str, least: ssl.TLSVersion, most: ssl.TLSVersion, ciphers: str = ""
) -> tuple[str, str, list[str]]:
    """Shake hands in memory; return version, suite and the names of the certificate."""
    server = asyncio.run(TlsServer(authority_of_this_run, usual_names()).accepting())
    context = trusting(authority_of_this_run().pem)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = least, most
    if ciphers:
        context.set_ciphers(ciphers)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client_side = context.wrap_bio(back, there, server_hostname=name)
    server_side = server.wrap_bio(there, back, server_side=True)
    for _ in range(4):
        for side in (client_side, server_side):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    version, suite, certificate = client_side.version(), client_side.cipher(), client_side.getpeercert()
    assert version is not None
    assert suite is not None
    assert certificate is not None
    alternatives = certificate["subjectAltName"]
    assert isinstance(alternatives, tuple)
    return version, suite[0], [str(pair[1]) for pair in alternatives]


@pytest.mark.rule("tls-outbound")
def test_a_phone_that_is_called_over_tls_may_be_a_stranger() -> None:
    stranger = TlsServer(CertificateAuthority.make, ["phone.example.com"])
    context, name = asyncio.run(TlsServer(authority_of_this_run, usual_names()).connecting())
    assert name is None
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = context.wrap_bio(back, there, server_hostname="127.0.0.10")
    theirs = asyncio.run(stranger.accepting()).wrap_bio(there, back, server_side=True)
    for _ in range(4):
        for side in (ours, theirs):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert ours.version() == "TLSv1.3"


@pytest.mark.rule("tls-port")
@pytest.mark.parametrize(
    ("plain", "secure"),
    [
        (Address("127.0.0.1", 5060), Address("127.0.0.1", 5061)),
        (Address("::1", 5070), Address("::1", 5071)),
        (Address("127.0.0.1", 0), Address("127.0.0.1", 0)),
        (Address("127.0.0.1", 65_535), Address("127.0.0.1", 0)),
    ],
)
def test_tls_is_on_the_port_after_that_of_udp_and_tcp(plain: Address, secure: Address) -> None:
    assert secure_beside(plain) == secure


@pytest.mark.rule("tls-least")
def test_tls_before_1_2_is_refused() -> None:
    with pytest.raises(ssl.SSLError, match=r"UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION"):
        agreed(ACME, ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0")


@pytest.mark.rule("tls-least")
@pytest.mark.parametrize("suite", ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-SHA384", "AES128-SHA"])
def test_the_suites_of_the_provider_are_taken(suite: str) -> None:
    least = most = ssl.TLSVersion.TLSv1_2
    assert agreed(ACME, least, most, suite)[:2] == ("TLSv1.2", suite)


@pytest.mark.rule("tls-1-3")
def test_tls_1_3_is_taken() -> None:
    assert agreed(ACME, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)[0] == "TLSv1.3"


@pytest.mark.rule("tls-names")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (ACME, "*.sip.twilio.com"),
        ("acme.sip.dublin.twilio.com", "*.sip.dublin.twilio.com"),
        ("acme.sip.us1.twilio.com", "*.sip.us1.twilio.com"),
        ("sip.tokyo.twilio.com", "sip.tokyo.twilio.com"),
        ("lab.acme.sip.twilio.com", "lab.acme.sip.twilio.com"),
        ("api.dublin.ie1.twilio.com", "api.dublin.ie1.twilio.com"),
    ],
)
def test_whoever_asks_for_a_name_gets_a_certificate_for_it(asked: str, expected: str) -> None:
    assert expected in agreed(asked, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)[2]


@pytest.mark.rule("sips", "sips-status")
@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_sips_is_not_supported(make: Make, transport: str) -> None:
    bench = make()
    bench.domain()
    Caller(bench, flow(transport=transport), to=f"sips:100@{ACME}").invite()
    assert bench.statuses()[-1] == 416
    assert bench.journal(Decision)[-1].reason == "sips-not-supported"


@pytest.mark.rule("same-connection", "tls-port")
@pytest.mark.parametrize(("transport", "local"), [("tcp", Address("127.0.0.1", 5060)), ("tls", SECURE)])
def test_a_call_stays_on_its_connection(bench: Bench, transport: str, local: Address) -> None:
    caller = Caller(bench, flow(transport=transport, local=local))
    answer = caller.talk()
    assert answer.require("contact") == f"<sip:{local};transport={transport}>"
    bench.wait(60.0)
    caller.agree()
    _, way, bye = bench.sent[-1]
    assert way == caller.source
    assert bye.startswith(b"BYE ")
    assert f"Via: SIP/2.0/{transport.upper()} {local};".encode() in bye


@pytest.mark.rule("same-connection")
def test_a_connection_is_needed_while_it_carries_a_call(bench: Bench) -> None:
    caller = Caller(bench, flow(transport="tcp", local=Address("127.0.0.1", 5060)))
    needs, others = bench.emulator.needs, caller.source._replace(connection=8)
    assert not needs(caller.source)
    caller.talk()
    assert needs(caller.source)
    assert not needs(others)
    assert not needs(caller.source._replace(transport="tls"))
    bench.wait(60.0)
    caller.agree()
    assert not needs(caller.source)


@pytest.mark.rule("over-ipv6")
def test_a_call_over_ipv6_is_answered_over_ipv6(make: Make) -> None:
    bench = make(advertise="192.0.2.1")
    bench.domain()
    caller = Caller(bench, Flow("udp", HERE, PHONE), sender="<sip:alice@[::1]>;tag=a1")
    caller.dial(body=SDP_OVER_IPV6)
    answer = bench.response(200)
    assert answer.require("contact") == "<sip:[::1]:5060>"
    assert b"c=IN IP6 ::1\r\n" in answer.body
    caller.ack(answer)
    caller.bye()


@pytest.mark.rule("acl-ipv4")
@pytest.mark.parametrize("host", ["::1", "2001:db8::1", "::7f00:a"])
def test_no_caller_over_ipv6_is_in_an_access_list(make: Make, host: str) -> None:
    bench = make()
    bench.domain(users=None, addresses=["127.0.0.10"])
    Caller(bench, Flow("udp", HERE, Address(host, 5070))).invite()
    assert bench.statuses() == []


@pytest.mark.rule("audio-family")
def test_audio_is_received_in_the_family_that_the_offer_names(make: Make) -> None:
    bench = make()
    bench.domain()
    caller = Caller(bench, Flow("udp", HERE, PHONE), sender="<sip:alice@[::1]>;tag=a1")
    caller.dial()
    answer = bench.response(200)
    assert answer.require("contact") == "<sip:[::1]:5060>"
    assert b"c=IN IP4 127.0.0.1\r\n" in answer.body
    caller.ack(answer)
    caller.invite(body=SDP_OVER_IPV6)
    assert bench.response(488).require("x-twilio-error").startswith("32102 ")


@pytest.mark.rule("audio-family")
def test_without_an_address_of_that_family_the_offer_is_refused(bench: Bench, alice: Caller) -> None:
    alice.dial(body=SDP_OVER_IPV6)
    response = bench.response(488)
    alice.ack(response)
    assert response.require("x-twilio-error").startswith("32102 ")
    assert bench.refusal.got == "audio at [::1]:40000"
    assert bench.refusal.mend.endswith("or listen on IPv6 too (--sip)")


@pytest.mark.rule("length-on-stream")
def test_a_message_without_its_length_on_a_stream_is_refused(make: Make) -> None:
    bench = make()
    bench.domain()
    caller = Caller(bench, flow(transport="tcp"))
    text = bytes(caller.build("OPTIONS")).replace(b"Content-Length: 0\r\n", b"")
    caller.send(text)
    assert bench.response(400).reason == "Bad Request - no Content-Length in a message on a stream"
