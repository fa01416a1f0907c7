"""Secure Media: what a secure domain and one that is not secure say to RTP and to SRTP, through a call's turns."""

from __future__ import annotations

import base64

import pytest

from sipdomain.media.outputs import ConnectMedia, OpenMedia
from sipdomain.media.sdes import SUITES, Crypto, MasterKey
from sipdomain.media.sdp import MediaDescription, SessionDescription
from sipdomain.sip.message import Response
from sipdomain.twilio.fidelity.profile import Profile
from tests.unit.twilio.bench import BOTH, LONG, SDP, Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page

KEY = MasterKey(SUITES[0], b"k" * 30)
OTHER = MasterKey(SUITES[0], b"o" * 30)
TEXT = base64.b64encode(KEY.value).decode()


def secure(*lines: str) -> bytes:
    """Return an offer of SRTP with these a=crypto lines."""
    offered = "".join(f"a=crypto:{line}\r\n" for line in lines)
    return SDP.replace(b"RTP/AVP", b"RTP/SAVP") + offered.encode()


OFFER = secure(str(Crypto("1", KEY)))


def make_secure(make: Make, profile: Profile | None = None) -> tuple[Bench, Caller]:
    """Return a secure domain whose call lasts long, and a caller over TLS."""
    bench = make(profile) if profile is not None else make()
    bench.domain(secure=True)
    bench.pages["/voice"] = page(LONG)
    return bench, Caller(bench, flow(transport="tls"))


def talk(caller: Caller) -> Response:
    """Call with SRTP until the call is answered; return the 200, acknowledged."""
    caller.dial(body=OFFER)
    response = caller.bench.response(200)
    caller.ack(response)
    return response


def audio(response: Response) -> MediaDescription:
    """Return the audio of a response's session description."""
    return SessionDescription.parse(response.body).media[0]


def agreed(bench: Bench) -> ConnectMedia:
    """Return what the media side was told last."""
    last = bench.media[-1]
    assert isinstance(last, ConnectMedia)
    return last


@pytest.mark.rule("secure-media")
@BOTH
def test_a_secure_domain_answers_srtp_with_a_key_of_its_own(make: Make, profile: Profile) -> None:
    bench, alice = make_secure(make, profile)
    media = audio(talk(alice))
    (line,) = media.attributes("crypto")
    ours = Crypto.parse(line)

    assert (media.protocol, media.port, ours.tag, ours.key.suite) == ("RTP/SAVP", 16_384, "1", SUITES[0])
    assert ours.key.value != KEY.value
    assert [each.secure for each in bench.media if isinstance(each, OpenMedia)] == [True]
    connected = next(each for each in bench.media if isinstance(each, ConnectMedia))
    assert (connected.agreement.local_key, connected.agreement.remote_key) == (ours.key, KEY)


@pytest.mark.rule("secure-media", "secure-media-first")
@pytest.mark.parametrize(
    ("lines", "tag", "suite"),
    [
        ((f"1 {SUITES[1]} inline:{TEXT}", f"2 {SUITES[0]} inline:{TEXT}"), "1", SUITES[1]),
        ((f"1 AES_256_CM_HMAC_SHA1_80 inline:{TEXT}", f"2 {SUITES[1]} inline:{TEXT}"), "2", SUITES[1]),
        ((f"1 {SUITES[0]} inline:{TEXT}|2^31|1:1", f"3 {SUITES[0]} inline:{TEXT}|2^31"), "3", SUITES[0]),
        ((f"1 {SUITES[0]} inline:short", f"9 {SUITES[0]} inline:{TEXT}"), "9", SUITES[0]),
    ],
)
def test_the_first_line_that_is_taken_is_answered(
    make: Make, lines: tuple[str, ...], tag: str, suite: str
) -> None:
    bench, alice = make_secure(make)
    alice.dial(body=secure(*lines))
    (line,) = audio(bench.response(200)).attributes("crypto")

    assert line.startswith(f"{tag} {suite} inline:")


@pytest.mark.rule("secure-media-required", "secure-media-required-status")
@BOTH
@pytest.mark.parametrize("body", [SDP, OFFER.replace(b"SAVP", b"AVP")], ids=["rtp", "keys-under-rtp"])
def test_a_secure_domain_refuses_rtp(make: Make, profile: Profile, body: bytes) -> None:
    bench, alice = make_secure(make, profile)
    alice.dial(body=body)

    assert bench.response(488).require("x-twilio-error") == "32208 Secure media required"
    assert (bench.refusal.reason, bench.refusal.code) == ("secure-media-required", 32208)
    assert bench.refusal.wanted == "RTP/SAVP with PCMU or PCMA"
    assert (bench.asks, bench.media, bench.emulator.open_calls) == ([], [], 0)


@pytest.mark.rule("secure-media-refused", "secure-media-refused-status")
@BOTH
@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_a_domain_that_is_not_secure_refuses_srtp_over_any_transport(
    make: Make, profile: Profile, transport: str
) -> None:
    bench = make(profile)
    bench.domain()
    Caller(bench, flow(transport=transport)).dial(body=OFFER)

    assert bench.response(488).require("x-twilio-error") == "32207 Secure media not accepted"
    assert bench.refusal.mend == "switch SRTP off, or make the domain secure"


@pytest.mark.rule("bad-sdp", "bad-sdp-status")
@pytest.mark.parametrize(
    ("line", "why"),
    [
        (f"1 AES_256_CM_HMAC_SHA1_80 inline:{TEXT}", "crypto 1: AES_256_CM_HMAC_SHA1_80 is not taken"),
        (f"1 {SUITES[0]} inline:{TEXT}|1:4", "crypto 1: an MKI is not taken"),
        (f"1 {SUITES[0]} inline:{TEXT[:36]}", "crypto 1: the key has 27 bytes, not 30"),
        (f"1 {TEXT}", "a crypto line has a number, a suite and a key"),
    ],
)
def test_srtp_without_a_key_to_work_with_is_refused_and_the_decision_shows_no_key(
    make: Make, line: str, why: str
) -> None:
    bench, alice = make_secure(make)
    alice.dial(body=secure(line))

    assert bench.response(488).require("x-twilio-error") == "32102 Bad SDP"
    assert bench.refusal.got == why
    assert TEXT[:36] not in repr(bench.entries)


@pytest.mark.rule("re-invite")
def test_hold_and_resume_keep_both_keys(make: Make) -> None:
    bench, alice = make_secure(make)
    before = audio(talk(alice)).attributes("crypto")
    for direction, mirrored in ((b"sendonly", "recvonly"), (b"sendrecv", "sendrecv")):
        alice.invite(body=OFFER.replace(b"a=sendrecv", b"a=" + direction))
        response = bench.response(200)
        connected = agreed(bench)
        alice.ack(response)

        assert audio(response).attributes("crypto") == before
        assert audio(response).direction == mirrored
        assert (connected.agreement.local_key, connected.agreement.remote_key) == (
            Crypto.parse(before[0]).key,
            KEY,
        )
        assert connected.agreement.sending is (mirrored == "sendrecv")


@pytest.mark.rule("re-invite")
def test_a_new_key_is_taken_within_a_call_and_ours_stays(make: Make) -> None:
    bench, alice = make_secure(make)
    before = audio(talk(alice)).attributes("crypto")
    alice.invite(body=secure(str(Crypto("1", OTHER))))
    response = bench.response(200)
    connected = agreed(bench)
    alice.ack(response)

    assert audio(response).attributes("crypto") == before
    assert connected.agreement.remote_key == OTHER


@pytest.mark.rule("re-invite")
def test_another_suite_gets_another_key_of_ours(make: Make) -> None:
    bench, alice = make_secure(make)
    (before,) = audio(talk(alice)).attributes("crypto")
    alice.invite(body=secure(str(Crypto("4", MasterKey(SUITES[1], KEY.value)))))
    response = bench.response(200)
    alice.ack(response)
    (after,) = map(Crypto.parse, audio(response).attributes("crypto"))

    assert (after.tag, after.key.suite) == ("4", SUITES[1])
    assert after.key.value != Crypto.parse(before).key.value


@pytest.mark.rule("re-invite")
def test_a_call_stays_secure(make: Make) -> None:
    bench, alice = make_secure(make)
    talk(alice)
    before = list(bench.media)
    alice.invite(body=SDP)
    alice.ack(bench.response(488))

    assert bench.media == before
    assert alice.ask("BYE").status == 200


@pytest.mark.rule("re-invite")
def test_an_offer_of_the_cloud_in_a_secure_call_is_srtp_and_the_ack_brings_the_callers_key(
    make: Make,
) -> None:
    bench, alice = make_secure(make)
    talk(alice)
    alice.invite(body=b"")
    response = bench.response(200)
    first, second = map(Crypto.parse, audio(response).attributes("crypto"))
    alice.ack(response, body=secure(str(Crypto("2", MasterKey(SUITES[1], OTHER.value)))))

    assert (audio(response).protocol, first.key.suite, second.key.suite) == ("RTP/SAVP", *SUITES)
    assert (agreed(bench).agreement.local_key, agreed(bench).agreement.remote_key) == (
        second.key, MasterKey(SUITES[1], OTHER.value),
    )  # fmt: skip
    alice.invite(body=b"")
    alice.ack(bench.response(200), body=SDP)
    assert bench.alerts == [32102]
    assert bench.emulator.open_calls == 0
