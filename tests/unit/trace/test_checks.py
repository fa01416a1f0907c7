"""What goes wrong in calls, each by one planted fault; and a call in which nothing is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sipdomain.media import g711, tones
from sipdomain.report.frames import udp_frame
from sipdomain.trace.checks import findings
from tests.unit.trace.wire import Wire, description


def clean(wire: Wire) -> None:
    wire.call()
    wire.talk()


def lost_200(wire: Wire) -> None:
    clean(wire)
    wire.frames = [each for each in wire.frames if b"ACK" not in each[1]]
    for at in (0.7, 1.7):
        wire.ok(at)
    wire.ack(1.75)


def no_ack(wire: Wire) -> None:
    clean(wire)
    wire.frames = [each for each in wire.frames if b"ACK" not in each[1]]
    for at in (0.7, 1.7, 3.7):
        wire.ok(at)


def wrong_password(wire: Wire) -> None:
    challenge = 'Proxy-Authenticate: Digest realm="sip.twilio.com", nonce="n"\r\n'
    login = (
        'Proxy-Authorization: Digest username="bob", realm="acme", nonce="n", uri="sip:b@b", response="r"\r\n'
    )
    for number in range(1, 5):
        wire.invite(number / 10, cseq=number, more=login if number > 1 else "")
        cseq, branch = f"{number} INVITE", str(number)
        wire.status(
            number / 10 + 0.01, "407 Proxy Authentication required", cseq=cseq, branch=branch, more=challenge
        )
        wire.sip(number / 10 + 0.02, "ACK sip:b@b SIP/2.0", cseq=f"{number} ACK", branch=branch)


def private_address(wire: Wire) -> None:
    clean(wire)
    wire.frames = [each for each in wire.frames if b"INVITE sip" not in each[1]]
    wire.invite(host="192.168.1.20")


def lossy(wire: Wire) -> None:
    wire.call()
    wire.audio("caller", lost=(1, 10))
    wire.audio("callee")


def unsteady(wire: Wire) -> None:
    wire.call()
    wire.audio("caller")
    wire.audio("callee", late=0.045)


def one_way(wire: Wire) -> None:
    wire.call()
    wire.audio("caller")


def no_audio(wire: Wire) -> None:
    wire.call()
    # Of another call.
    wire.frames.append((1.0, udp_frame(("198.51.100.1", 7000), ("198.51.100.2", 7002), b"\x80" + bytes(171))))


def wrong_codec(wire: Wire) -> None:
    wire.invite(formats="18 9")
    wire.status(
        0.1, "488 Not Acceptable Here", more='Warning: 305 sip.twilio.com "Incompatible media format"\r\n'
    )
    wire.sip(0.11, "ACK sip:b@b SIP/2.0", cseq="1 ACK")


def late_ringing(wire: Wire) -> None:
    wire.invite()
    wire.status(0.01, "100 Trying")
    wire.status(6.5, "180 Ringing")
    wire.ok(7.0)
    wire.ack(7.01)
    wire.audio("caller", 7.0, 9.0)
    wire.audio("callee", 7.0, 9.0)
    wire.bye(9.0)


def no_ringing(wire: Wire) -> None:
    late_ringing(wire)
    wire.frames = [each for each in wire.frames if b"180 Ringing" not in each[1]]


def bye_unanswered(wire: Wire) -> None:
    clean(wire)
    wire.frames = [each for each in wire.frames if b"CSeq: 2 BYE" not in each[1]]
    for at in (4.0, 4.5, 5.5):
        wire.bye(at, answered=False)


def key_twice(wire: Wire) -> None:
    wire.call()
    tone = g711.encode(tones.keys("5"), "PCMU")
    wire.audio("callee")
    wire.audio("caller", payload=b"\xff" * 16_000 + tone[: len(tone) // 160 * 160] + b"\xff" * 32_000)
    wire.event("caller", "5", 2.25)


def key_again(wire: Wire) -> None:
    clean(wire)
    wire.event("caller", "5", 2.25, new_timestamps=True)


def key_in_band(wire: Wire) -> None:
    wire.call()
    tone = g711.encode(tones.keys("5"), "PCMU")
    wire.audio("callee")
    wire.audio("caller", payload=b"\xff" * 16_000 + tone[: len(tone) // 160 * 160] + b"\xff" * 32_000)


def cancel_race(wire: Wire) -> None:
    wire.invite()
    wire.status(0.01, "100 Trying")
    wire.status(0.1, "180 Ringing")
    wire.sip(2.0, "CANCEL sip:b@b SIP/2.0", cseq="1 CANCEL")
    wire.ok(2.005)
    wire.status(2.02, "200 OK", cseq="1 CANCEL")
    wire.ack(2.03)
    wire.audio("caller", 2.0, 2.5)
    wire.audio("callee", 2.0, 2.5)


def late_audio(wire: Wire) -> None:
    wire.call()
    wire.audio("caller")
    wire.audio("callee", 2.0)


def nobody_there(wire: Wire) -> None:
    for at in (0.0, 0.5, 1.5, 3.5):
        wire.invite(at)


def invite_lost(wire: Wire) -> None:
    clean(wire)
    wire.invite(-0.5)


def answer_lost(wire: Wire) -> None:
    clean(wire)
    wire.bye(4.5, answered=False)


def ack_lost(wire: Wire) -> None:
    clean(wire)
    wire.ok(0.7)


def refused(wire: Wire) -> None:
    wire.invite()
    wire.status(0.1, "486 Busy Here")
    wire.ack(0.11)


def private_contact(wire: Wire) -> None:
    clean(wire)
    wire.frames = [each for each in wire.frames if b"INVITE sip" not in each[1]]
    wire.invite(more="Contact: <sip:a@192.168.1.20:5060>\r\n")


def key_end_lost(wire: Wire) -> None:
    clean(wire)
    wire.event("caller", "5", 2.25)
    # Behind 42 octets of headers: the payload type, and the E bit of the event (RFC 4733 section 2.3).
    wire.frames = [each for each in wire.frames if each[1][43] & 0x7F != 101 or not each[1][42 + 13] & 0x80]


@pytest.mark.parametrize(
    ("plant", "names"),
    [
        (clean, []),
        (lost_200, ["response-repeated"]),
        (no_ack, ["no-ack"]),
        (wrong_password, ["credentials"]),
        (private_address, ["private-address"]),
        (lossy, ["rtp-loss"]),
        (unsteady, ["rtp-jitter"]),
        (one_way, ["one-way-audio"]),
        (no_audio, ["no-audio"]),
        (wrong_codec, ["codec-mismatch"]),
        (late_ringing, ["late-ringing"]),
        (no_ringing, ["no-ringing"]),
        (bye_unanswered, ["bye-unanswered"]),
        (key_twice, ["keys-twice"]),
        (key_again, ["keys-twice"]),
        (key_in_band, ["keys-in-band"]),
        (cancel_race, ["cancel-race"]),
        (late_audio, ["late-audio"]),
        (nobody_there, ["no-answer"]),
        (invite_lost, ["request-repeated"]),
        (answer_lost, ["answer-lost"]),
        (ack_lost, ["ack-lost"]),
        (refused, ["refused"]),
        (private_contact, ["private-contact"]),
        (key_end_lost, ["key-end-lost"]),
    ],
)  # fmt: skip
def test_a_planted_fault_is_named_and_nothing_else(plant: Callable[[Wire], None], names: list[str]) -> None:
    wire = Wire()
    plant(wire)
    assert [each.name for each in wire.found()] == names


def test_a_finding_names_its_packets_and_figures() -> None:
    wire = Wire()
    lossy(wire)
    (found,) = wire.found()
    assert (found.severity, found.at) == ("error", 0.22)
    assert found.what == "18 of 189 packets of the caller are lost (9.5%)"
    wire = Wire()
    wrong_codec(wire)
    (found,) = wire.found()
    assert found.numbers == (1, 2)
    assert found.what == (
        'the offer of RTP/AVP with G729, G722 was refused with 488; Warning: 305 sip.twilio.com "Incompatible media format"'
    )
    wire = Wire()
    wrong_password(wire)
    (found,) = wire.found()
    assert found.what == (
        "INVITE with credentials (user 'bob', realm 'acme') was answered by 3 challenges; "
        "the challenge names realm 'sip.twilio.com'"
    )


def test_a_held_call_misses_no_audio() -> None:
    wire = Wire()
    wire.invite()
    wire.status(0.2, "200 OK", body=description("203.0.113.9", 6000, direction="recvonly"))
    wire.ack()
    wire.audio("caller")
    wire.bye()
    assert wire.found() == []


def test_a_capture_of_sip_alone_says_nothing_of_audio() -> None:
    wire = Wire()
    wire.call()
    assert wire.trace().streams == {}
    assert wire.found() == []


def test_two_calls_that_share_a_port_of_the_caller_each_have_their_own_audio() -> None:
    wire = Wire()
    clean(wire)
    shared = Wire()
    clean(shared)
    for at, frame in shared.frames:
        if b"SIP/2.0" in frame:
            other = frame.replace(b"call@a", b"call@b").replace(b"m=audio 6000", b"m=audio 6100")
            wire.frames.append((at + 0.001, other))
    at, frame = next(each for each in wire.frames if each[1][34:38] == b"\x17\x70\x0f\xa0")
    wire.frames.append((at, frame[:34] + (6100).to_bytes(2) + frame[36:]))
    first, second = (call for call, _ in findings(wire.trace()))
    assert {str(stream.source) for side, stream in first.streams if side == "callee"} == {"203.0.113.9:6000"}
    assert {str(stream.source) for side, stream in second.streams if side == "callee"} == {"203.0.113.9:6100"}
