"""What a session description may look like, and what a refusal says of one: its own reason and what to change."""

from __future__ import annotations

import re

import pytest

from sipdomain.media.outputs import ConnectMedia
from sipdomain.sip.message import Response
from tests.unit.twilio.bench import SDP, Bench, flow
from tests.unit.twilio.caller import Caller, Make

OFFER = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.10\r\ns=-\r\nc=IN IP4 127.0.0.10\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 101\r\n"
    b"a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n"
)
ADDRESS = "write c=IN IP4 ADDRESS, with the IP address where the audio is to go"


def answered(bench: Bench, alice: Caller, offer: bytes) -> str:
    """Let a call with an offer be answered, and return the answer."""
    alice.dial(body=offer)
    response = bench.response(200)
    alice.ack(response)
    return response.body.decode()


@pytest.mark.rule("play-digits")
@pytest.mark.parametrize(
    "encoding", [b"telephone-event/8000/1", b"TELEPHONE-EVENT/8000/1 ", b"telephone-event/8000\t"]
)
def test_keys_are_taken_with_their_one_channel_named_or_not(
    bench: Bench, alice: Caller, encoding: bytes
) -> None:
    answer = answered(bench, alice, OFFER.replace(b"telephone-event/8000", encoding))
    assert re.search(r"m=audio \d+ RTP/AVP 0 101\r\n", answer)
    assert "a=fmtp:101 0-16\r\n" in answer


@pytest.mark.rule("re-invite")
@pytest.mark.parametrize("blanks", [b" ", b"\t", b"  \t "])
@pytest.mark.parametrize(
    ("theirs", "ours", "sending"),
    [(b"sendonly", "recvonly", False), (b"inactive", "inactive", False), (b"recvonly", "sendonly", True)],
)
def test_blanks_after_a_direction_do_not_change_it(
    bench: Bench, alice: Caller, blanks: bytes, theirs: bytes, ours: str, sending: bool
) -> None:
    answer = answered(bench, alice, OFFER.replace(b"a=sendrecv", b"a=" + theirs + blanks))
    assert f"\r\na={ours}\r\n" in answer
    (connected,) = [each for each in bench.media if isinstance(each, ConnectMedia)]
    assert connected.agreement.sending is sending


@pytest.mark.rule("re-invite")
@pytest.mark.parametrize("blanks", [b" ", b"\t"])
def test_blanks_before_a_direction_do_not_change_it(bench: Bench, alice: Caller, blanks: bytes) -> None:
    answer = answered(bench, alice, OFFER.replace(b"a=sendrecv", b"a=" + blanks + b"sendonly"))
    assert "\r\na=recvonly\r\n" in answer


@pytest.mark.rule("play-digits")
@pytest.mark.parametrize(
    "line", [b"101\ttelephone-event/8000", b" 101 telephone-event/8000", b"101  telephone-event/8000"]
)
def test_blanks_around_a_payload_number_do_not_lose_the_keys(
    bench: Bench, alice: Caller, line: bytes
) -> None:
    answer = answered(bench, alice, OFFER.replace(b"101 telephone-event/8000", line))
    assert "\r\na=rtpmap:101 telephone-event/8000\r\n" in answer


@pytest.mark.rule("play-digits")
def test_a_payload_number_that_is_offered_twice_is_answered_once(bench: Bench, alice: Caller) -> None:
    answer = answered(bench, alice, OFFER.replace(b"RTP/AVP 0 ", b"RTP/AVP 0 0 "))
    assert re.search(r"m=audio \d+ RTP/AVP 0 101\r\n", answer)
    assert answer.count("a=rtpmap:0 ") == 1


@pytest.mark.rule("bad-sdp", "bad-sdp-status")
def test_blanks_at_the_end_of_any_line_change_nothing(make: Make) -> None:
    answers = []
    for offer in (
        OFFER,
        OFFER.replace(b"\r\n", b" \t\r\n"),
        OFFER.replace(b"\r\n", b"\n"),
        OFFER.removesuffix(b"\n"),
    ):
        bench = make()
        bench.domain()
        answers.append(answered(bench, Caller(bench, flow()), offer))
    assert len(set(answers)) == 1


REFUSED = {
    "host name": (b"c=IN IP4 127.0.0.10", b"c=IN IP4 media.pbx.example", "32102",
                  "the audio is at a host name and not at an IP address (c= media.pbx.example)",
                  "write the IP address of the host into c= (in PBXs: the external or media address)"),
    "multicast": (b"c=IN IP4 127.0.0.10", b"c=IN IP4 224.0.0.1", "32102",
                  "the audio is at a multicast address (c= 224.0.0.1)", ADDRESS),
    "broadcast": (b"c=IN IP4 127.0.0.10", b"c=IN IP4 255.255.255.255", "32102",
                  "the audio is at a broadcast address (c= 255.255.255.255)", ADDRESS),
    "empty c": (b"c=IN IP4 127.0.0.10", b"c=IN IP4 ", "32102", "a connection line without an address: c=IN IP4", ADDRESS),
    "no c": (b"c=IN IP4 127.0.0.10\r\n", b"", "32102", "the audio has no address: there is no c=", ADDRESS),
    "half a c": (b"c=IN IP4 127.0.0.10", b"c=127.0.0.10", "32102", "not a connection line: c=127.0.0.10", ADDRESS),
    "CR only": (b"\r\n", b"\r", "32102", "a line that ends with CR alone",
                "end every line of the session description with CR LF"),
    "a leading blank": (b"m=audio", b" m=audio", "32102", "a line that begins with a blank: ' m=audio 40000 RTP/AVP 0 101'",
                        "begin each line of the session description in its first column, as TYPE=VALUE"),
    "profile RTP": (b"RTP/AVP", b"RTP", "32102", "the audio has the profile RTP in place of RTP/AVP",
                    "write RTP/AVP in m=audio"),
    "profile UDP": (b"RTP/AVP", b"udp", "32102", "the audio has the profile UDP in place of RTP/AVP",
                    "write RTP/AVP in m=audio"),
    "DTLS": (b"RTP/AVP", b"UDP/TLS/RTP/SAVPF", "32207", "the audio is SRTP by DTLS (UDP/TLS/RTP/SAVPF)",
             "switch WebRTC media (DTLS, ICE) off for this line: offer RTP/AVP"),
    "SRTP": (b"RTP/AVP", b"RTP/SAVP", "32207", "the audio is SRTP only", "switch SRTP off, or make the domain secure"),
    "other codecs": (b"AVP 0 101\r\na=rtpmap:0 PCMU/8000", b"AVP 18 96\r\na=rtpmap:96 opus/48000/2", "32102",
                     "the audio has neither PCMU nor PCMA, but 18, opus/48000/2",
                     "allow PCMU (µ-law, G.711u) or PCMA (A-law, G.711a) at 8000 Hz"),
    "no audio": (b"m=audio", b"m=video", "32102", "there is no audio in the session description",
                 "offer m=audio with a port, over RTP/AVP"),
    "audio switched off": (b"m=audio 40000", b"m=audio 0", "32102", "the audio is switched off (port 0)",
                           "offer m=audio with a port, over RTP/AVP"),
    "no formats": (b"RTP/AVP 0 101", b"RTP/AVP", "32102", "not a media line: m=audio 40000 RTP/AVP",
                   "write m=audio PORT RTP/AVP FORMATS, with at least one format"),
    "another port": (b"m=audio 40000", b"m=audio 65536", "32102", "not a port: m=audio 65536 RTP/AVP 0 101",
                     "give a port of 0 to 65535 in m="),
    "not a line": (b"s=-", b"hello", "32102", "not a line of a session description: 'hello'",
                   "write each line of the session description as TYPE=VALUE"),
    "no v": (b"v=0\r\n", b"", "32102", "a session description begins with v=0", "begin it with the line v=0"),
    "no o": (b"o=- 1 1 IN IP4 127.0.0.10\r\n", b"", "32102", "a session description without o=",
             "send o=USER ID VERSION IN IP4 ADDRESS after v=0"),
    "a NUL": (b"s=-", b"s=\0", "32102", "a NUL in a session description", "send text alone"),
}  # fmt: skip


@pytest.mark.rule("bad-sdp", "secure-media-refused", "bad-sdp-status", "secure-media-refused-status")
@pytest.mark.parametrize(("old", "new", "code", "got", "mend"), REFUSED.values(), ids=REFUSED)
def test_each_refusal_names_its_own_reason_and_what_to_change(
    bench: Bench, alice: Caller, old: bytes, new: bytes, code: str, got: str, mend: str
) -> None:
    assert old in OFFER
    alice.dial(body=OFFER.replace(old, new))
    assert bench.response(488).require("x-twilio-error").startswith(f"{code} ")
    assert (bench.refusal.got, bench.refusal.mend) == (got, mend)


@pytest.mark.rule("secure-media-required", "secure-media-required-status")
@pytest.mark.parametrize(
    ("profile", "got", "mend"),
    [
        (b"UDP/TLS/RTP/SAVPF", "the audio is SRTP by DTLS (UDP/TLS/RTP/SAVPF), not by keys in a=crypto",
         "switch DTLS off and SDES on: offer RTP/SAVP with a=crypto"),
        (b"RTP", "the audio has the profile RTP in place of RTP/SAVP", "write RTP/SAVP in m=audio"),
        (b"RTP/AVP", "the audio is RTP without protection", "switch SRTP on (SDES, mandatory), or set Secure to false"),
    ],
)  # fmt: skip
def test_a_secure_domain_names_what_it_wants(make: Make, profile: bytes, got: str, mend: str) -> None:
    bench = make()
    bench.domain(secure=True)
    alice = Caller(bench, flow(transport="tls"))
    alice.dial(body=OFFER.replace(b"RTP/AVP", profile))
    bench.response(488)
    assert (bench.refusal.got, bench.refusal.mend) == (got, mend)


@pytest.mark.rule("empty-body", "empty-body-status")
@pytest.mark.parametrize("head", ["", "\r\n"])
def test_bytes_beyond_a_content_length_of_0_are_reported(bench: Bench, alice: Caller, head: str) -> None:
    challenged = alice.challenge()
    invite = alice.build(
        "INVITE", alice.prove(challenged), ("Content-Type", "application/sdp"), ("Content-Length", "0")
    )
    alice.send(head.encode() + bytes(invite) + SDP)
    response = bench.take()[-1]
    assert isinstance(response, Response)
    assert response.require("x-twilio-error").startswith("32103 ")
    assert bench.refusal.got == f"Content-Length: 0, and {len(SDP)} bytes beyond it"
    assert (
        bench.refusal.mend
        == "give the number of the body's bytes in Content-Length, or leave it out over UDP"
    )


@pytest.mark.rule("empty-body", "empty-body-status")
def test_an_invite_without_any_body_is_reported(bench: Bench, alice: Caller) -> None:
    alice.dial(body=b"")
    bench.response(488)
    assert bench.refusal.got == "no body"
    assert bench.refusal.mend == "send the offer in the INVITE (no late offer)"
