"""Offer and answer, as RFC 3264 and the provider's own answers have it."""

from __future__ import annotations

import pytest

from harness.media.offer import Agreement, OfferError, answer, answerable, offer, read_answer
from harness.media.sdp import Direction, SessionDescription
from harness.sip.outputs import Address

OURS = Address("198.51.100.1", 10_000)
HEAD = "v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n"


def described(*lines: str, head: str = HEAD) -> SessionDescription:
    return SessionDescription.parse((head + "".join(f"{line}\r\n" for line in lines)).encode())


def answered(*lines: str, head: str = HEAD) -> Agreement:
    return answer(described(*lines, head=head), address=OURS, session_id=1234)


def test_the_answer_is_written_as_the_live_service_writes_it() -> None:
    agreed = answered(
        "m=audio 49170 RTP/AVP 8 0 3 96",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:96 telephone-event/8000",
    )

    assert bytes(agreed.description).decode().split("\r\n") == [
        "v=0",
        "o=root 1234 1234 IN IP4 198.51.100.1",
        "s=Twilio Media Gateway",
        "c=IN IP4 198.51.100.1",
        "t=0 0",
        "m=audio 10000 RTP/AVP 8 0 96",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:96 telephone-event/8000",
        "a=fmtp:96 0-16",
        "a=ptime:20",
        "a=maxptime:20",
        "a=sendrecv",
        "",
    ]
    assert agreed.remote == Address("192.0.2.10", 49_170)
    assert (agreed.payload_type, agreed.codec, agreed.dtmf_payload_type) == (8, "PCMA", 96)
    assert (agreed.sending, agreed.receiving) == (True, True)


@pytest.mark.parametrize(
    ("lines", "payload_type", "codec", "dtmf"),
    [
        (["m=audio 4000 RTP/AVP 0"], 0, "PCMU", None),
        (["m=audio 4000 RTP/AVP 8 0"], 8, "PCMA", None),
        (["m=audio 4000 RTP/AVP 18 9 0 101", "a=rtpmap:101 telephone-event/8000"], 0, "PCMU", 101),
        (["m=audio 4000 RTP/AVP 97", "a=rtpmap:97 pcmu/8000/1"], 97, "PCMU", None),
        (["m=audio 4000 RTP/AVP 0 101", "a=rtpmap:101 telephone-event/48000"], 0, "PCMU", None),
        (["m=audio 4000 RTP/AVP 0 101", "a=rtpmap:101 Telephone-Event/8000"], 0, "PCMU", 101),
        (["m=audio 4000 RTP/AVP x 200 8", "a=rtpmap:x PCMU/8000", "a=rtpmap:200 PCMU/8000"], 8, "PCMA", None),
        (["m=AUDIO 4000 rtp/avp 0"], 0, "PCMU", None),
        (["m=audio 4000 RTP/AVPF 0"], 0, "PCMU", None),
    ],
)
def test_the_first_codec_in_common_is_taken(
    lines: list[str], payload_type: int, codec: str, dtmf: int | None
) -> None:
    agreed = answered(*lines)

    assert (agreed.payload_type, agreed.codec, agreed.dtmf_payload_type) == (payload_type, codec, dtmf)


@pytest.mark.parametrize(
    ("lines", "media"),
    [
        (
            ["m=video 5000 RTP/AVP 31", "m=audio 4000 RTP/AVP 0", "m=audio 4002 RTP/AVP 0"],
            ["video 0 RTP/AVP 31", "audio 10000 RTP/AVP 0", "audio 0 RTP/AVP 0"],
        ),
        (
            ["m=audio 4000 RTP/SAVP 0", "m=audio 4002 RTP/AVP 0"],
            ["audio 0 RTP/SAVP 0", "audio 10000 RTP/AVP 0"],
        ),
        (["m=audio 4000 RTP/AVP 18", "m=audio 4002 RTP/AVP 8"], ["audio 0 RTP/AVP 18", "audio 10000 RTP/AVP 8"]),
    ],
)  # fmt: skip
def test_one_stream_is_taken_and_the_others_refused_in_their_place(
    lines: list[str], media: list[str]
) -> None:
    text = bytes(answered(*lines).description).decode()

    assert [line[2:] for line in text.split("\r\n") if line.startswith("m=")] == media


@pytest.mark.parametrize(
    ("lines", "direction", "sending", "receiving"),
    [
        ([], "sendrecv", True, True),
        (["a=sendrecv"], "sendrecv", True, True),
        (["a=sendonly"], "recvonly", False, True),
        (["a=recvonly"], "sendonly", True, False),
        (["a=inactive"], "inactive", False, False),
        (["c=IN IP4 0.0.0.0"], "recvonly", False, True),
        (["c=IN IP4 0.0.0.0", "a=inactive"], "inactive", False, False),
    ],
)
def test_a_direction_is_mirrored(lines: list[str], direction: str, sending: bool, receiving: bool) -> None:
    agreed = answered("m=audio 4000 RTP/AVP 0", *lines)

    assert agreed.description.media[0].direction == direction
    assert (agreed.sending, agreed.receiving) == (sending, receiving)


def test_a_direction_of_the_session_counts_for_its_media() -> None:
    agreed = answered("m=audio 4000 RTP/AVP 0", head=HEAD + "a=inactive\r\n")

    assert agreed.description.media[0].direction == "inactive"


def test_ipv6_is_answered_in_ipv6() -> None:
    offered = described("m=audio 4000 RTP/AVP 0", "c=IN IP6 2001:db8::10")
    agreed = answer(offered, address=Address("2001:db8::1", 10_000), session_id=1)

    assert agreed.remote == Address("2001:db8::10", 4000)
    assert b"c=IN IP6 2001:db8::1\r\n" in bytes(agreed.description)


@pytest.mark.parametrize(
    ("lines", "symbol"),
    [
        ([], "no-audio"),
        (["m=video 4000 RTP/AVP 31"], "no-audio"),
        (["m=audio 0 RTP/AVP 0"], "no-audio"),
        (["m=audio 4000 RTP/SAVP 0"], "secure-media"),
        (["m=audio 4000 UDP/TLS/RTP/SAVPF 0"], "secure-media"),
        (["m=audio 4000 RTP/AVP 18"], "no-common-codec"),
        (["m=audio 4000 RTP/AVP 101", "a=rtpmap:101 telephone-event/8000"], "no-common-codec"),
        (["m=audio 4000 RTP/AVP 0", "a=rtpmap:0 PCMU/16000"], "no-common-codec"),
        (["m=audio 4000 RTP/AVP 0", "c=IN IP4 pbx.example.com"], "bad-address"),
    ],
)
def test_a_refusal_names_its_kind(lines: list[str], symbol: str) -> None:
    with pytest.raises(OfferError) as refusal:
        answerable(described(*lines))

    assert refusal.value.symbol == symbol


def test_audio_without_an_address_is_refused() -> None:
    with pytest.raises(OfferError) as refusal:
        answered("m=audio 4000 RTP/AVP 0", head="v=0\r\no=x\r\n")

    assert refusal.value.symbol == "bad-address"


def test_our_offer() -> None:
    ours = offer(address=OURS, session_id=9, codecs=("PCMA",), dtmf_payload_type=96, direction="sendonly")

    assert bytes(ours).decode().split("\r\n") == [
        "v=0",
        "o=- 9 9 IN IP4 198.51.100.1",
        "s=-",
        "c=IN IP4 198.51.100.1",
        "t=0 0",
        "m=audio 10000 RTP/AVP 8 96",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:96 telephone-event/8000",
        "a=fmtp:96 0-16",
        "a=ptime:20",
        "a=sendonly",
        "",
    ]


def test_both_sides_agree_on_the_same() -> None:
    ours = offer(address=OURS, session_id=9)
    theirs = answer(ours, address=Address("192.0.2.10", 4000), session_id=1)
    agreed = read_answer(ours, theirs.description)

    assert (agreed.remote, theirs.remote) == (Address("192.0.2.10", 4000), OURS)
    assert (agreed.payload_type, agreed.codec, agreed.dtmf_payload_type) == (0, "PCMU", 101)
    assert (theirs.payload_type, theirs.codec, theirs.dtmf_payload_type) == (0, "PCMU", 101)


@pytest.mark.parametrize(
    ("ours", "theirs", "sending", "receiving"),
    [
        ("sendrecv", "sendrecv", True, True),
        ("sendrecv", "recvonly", True, False),
        ("sendrecv", "sendonly", False, True),
        ("sendonly", "recvonly", True, False),
        ("sendonly", "inactive", False, False),
        ("recvonly", "sendonly", False, True),
        ("recvonly", "recvonly", False, False),
        ("inactive", "sendrecv", False, False),
    ],
)
def test_an_answer_leaves_what_both_allow(
    ours: Direction, theirs: str, sending: bool, receiving: bool
) -> None:
    offered = offer(address=OURS, session_id=9, direction=ours)
    agreed = read_answer(offered, described("m=audio 4000 RTP/AVP 0", f"a={theirs}"))

    assert (agreed.sending, agreed.receiving) == (sending, receiving)


@pytest.mark.parametrize(
    ("lines", "symbol"),
    [
        (["m=audio 0 RTP/AVP 0"], "no-audio"),
        (["m=audio 4000 RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000"], "no-common-codec"),
        ([], "no-common-codec"),
        (["m=audio 4000 RTP/AVP 0", "m=video 4002 RTP/AVP 31"], "no-common-codec"),
    ],
)
def test_an_answer_that_is_none_is_refused(lines: list[str], symbol: str) -> None:
    with pytest.raises(OfferError) as refusal:
        read_answer(offer(address=OURS, session_id=9, codecs=("PCMU",)), described(*lines))

    assert refusal.value.symbol == symbol
