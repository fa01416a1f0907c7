"""Whatever arrives, media code answers with a value or with its one error."""

from __future__ import annotations

import contextlib

from hypothesis import given, strategies as st

from sipdomain.errors import MediaError, RemoteProtocolError
from sipdomain.media import g711
from sipdomain.media.dtmf import KEYS, DtmfReceiver, key_packets
from sipdomain.media.ear import Ear
from sipdomain.media.offer import answer
from sipdomain.media.rtp import RtpPacket, parse
from sipdomain.media.sdes import KEY_LENGTH, SUITES, Crypto, MasterKey, OwnKeys, hide_keys
from sipdomain.media.sdp import SessionDescription
from sipdomain.media.srtp import Srtp
from sipdomain.sip.outputs import Address

LINES = st.sampled_from(
    [
        "v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "c=IN IP4 0.0.0.0", "c=IN IP6 ::1", "t=0 0",
        "m=audio 4000 RTP/AVP 0 8 101", "m=audio 0 RTP/AVP 0", "m=audio 4000 RTP/SAVP 0", "m=video 4000/2 RTP/AVP 31",
        "a=rtpmap:101 telephone-event/8000", "a=rtpmap:0 PCMU/8000", "a=rtpmap:8", "a=sendonly", "a=inactive", "a=", "m=",
        f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{'A' * 40}",
        f"a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:{'B' * 40}|1:1",
    ]
)  # fmt: skip
HERE = Address("127.0.0.1", 4000)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_session_description_or_refused(body: bytes) -> None:
    with contextlib.suppress(MediaError):
        SessionDescription.parse(b"v=0\r\no=x\r\n" + body)


@given(st.lists(LINES | st.text(max_size=20), max_size=12), st.booleans())
def test_any_offer_is_answered_in_its_shape_or_refused(lines: list[str], secure: bool) -> None:
    body = "\r\n".join(["v=0", "o=- 1 1 IN IP4 192.0.2.1", "c=IN IP4 192.0.2.1", *lines])
    with contextlib.suppress(MediaError):
        offered = SessionDescription.parse(body.encode())
        keys = OwnKeys(bytes) if secure else None
        agreed = answer(offered, address=HERE, session_id=1, keys=keys)
        again = SessionDescription.parse(bytes(agreed.description))

        assert again == agreed.description
        assert len(again.media) == len(offered.media)
        assert [media.port for media in again.media if media.port] == [4000]
        assert (agreed.local_key is not None) is (agreed.remote_key is not None) is secure


@given(st.binary(max_size=64))
def test_any_bytes_are_rtp_or_refused(data: bytes) -> None:
    with contextlib.suppress(RemoteProtocolError):
        packet = parse(data)
        assert parse(bytes(packet)) == packet


@given(
    number=st.integers(0, 999_999_999),
    suite=st.sampled_from(SUITES),
    value=st.binary(min_size=30, max_size=30),
)
def test_a_crypto_line_is_read_as_it_was_written_and_its_key_is_hidden(
    number: int, suite: str, value: bytes
) -> None:
    crypto = Crypto(str(number), MasterKey(suite, value))

    assert Crypto.parse(str(crypto)) == crypto
    assert hide_keys(str(crypto)) == f"{number} {suite} inline:********"


@given(st.text(max_size=80) | st.text("1 :|;=ACM_HSinle-", max_size=80))
def test_any_text_is_a_crypto_line_or_refused(text: str) -> None:
    with contextlib.suppress(MediaError):
        assert len(Crypto.parse(text).key.value) == KEY_LENGTH


@given(st.lists(st.binary(max_size=64), max_size=10))
def test_no_bytes_pass_for_srtp_and_none_raise(data: list[bytes]) -> None:
    end = Srtp()
    end.agree(None, MasterKey(SUITES[0], bytes(30)))

    assert [end.unprotect(each) for each in data] == [None] * len(data)
    assert end.dropped.total() == len(data)


@given(
    keys=st.text(KEYS, min_size=1, max_size=5),
    lost=st.sets(st.integers(0, 60), max_size=60),
    base=st.integers(0, 2**32 - 1),
)
def test_each_key_is_reported_once_as_long_as_one_of_its_packets_arrives(
    keys: str, lost: set[int], base: int
) -> None:
    receiver = DtmfReceiver()
    told, expected = [], []
    packets = key_packets(keys, duration=0.1, gap=0.1)
    for number, packet in enumerate(packets):
        if number not in lost:
            timestamp = (base + packet.timestamp) % 2**32
            told += receiver.take(timestamp, packet.payload, marker=packet.marker, now=packet.tick * 0.02)
            if (packet.timestamp, KEYS[packet.payload[0]]) not in expected:
                expected.append((packet.timestamp, KEYS[packet.payload[0]]))
    told += receiver.idle(now=1e9)

    assert [pressed.key for pressed in told] == [key for _, key in expected]


@given(st.permutations(range(6)), st.integers(0, 2**32 - 1))
def test_the_order_of_arrival_does_not_matter_to_the_ear(order: list[int], base: int) -> None:
    ear = Ear()
    first = min(order)
    for number in [first, *(number for number in order if number != first)]:
        payload = bytes((0x80 + number,)) * 160
        ear.take(RtpPacket(0, False, 0, (base + number * 160) % 2**32, 1, payload), "PCMU", now=0.0)

    assert ear.samples()[::160].tolist() == [g711.decoding("PCMU")[0x80 + number] for number in range(6)]


@given(st.lists(st.builds(
    RtpPacket, st.just(0), st.booleans(), st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1), st.integers(0, 3),
    st.binary(max_size=300),
), max_size=30))  # fmt: skip
def test_no_packets_make_an_ear_grow_past_what_it_keeps(packets: list[RtpPacket]) -> None:
    ear = Ear(kept=2.0)
    for number, packet in enumerate(packets):
        ear.take(packet, "PCMU", now=number * 0.02)

    assert ear.duration <= 2.0
