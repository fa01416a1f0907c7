"""Offer and answer, as RFC 3264 and the provider's own answers have it."""

from __future__ import annotations

import pytest

from sipdomain.media.agreement import Agreement
from sipdomain.media.offer import OfferError, answer, answerable, offer, read_answer
from sipdomain.media.sdes import SUITES, MasterKey, OwnKeys
from sipdomain.media.sdp import Direction, SessionDescription
from sipdomain.sip.outputs import Address

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
        (["m=audio 4000 RTP/AVP 0", "c=IN IP4 239.1.2.3/127"], "bad-address"),
        (["m=audio 4000 RTP/AVP 0", "c=IN IP4 240.0.0.1"], "bad-address"),
        (["m=audio 4000 RTP/AVP 0", "c=IN IP6 ff02::1"], "bad-address"),
        (["m=audio 4000 RTP/AVP 0", "c=IN IP6 ::ffff:224.0.0.1"], "bad-address"),
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
        "a=maxptime:20",
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


def test_each_side_sends_keys_by_the_number_that_the_other_named() -> None:
    ours = offer(address=OURS, session_id=9)
    theirs = answer(ours, address=Address("192.0.2.10", 4000), session_id=1).description
    other = SessionDescription.parse(bytes(theirs).replace(b"101", b"96"))

    agreed = read_answer(ours, other)

    assert (agreed.dtmf_payload_type, agreed.dtmf_from_peer) == (96, 101)


def test_no_keys_come_by_a_number_that_was_offered_and_not_answered() -> None:
    ours = offer(address=OURS, session_id=9)
    theirs = answer(ours, address=Address("192.0.2.10", 4000), session_id=1).description
    voice = SessionDescription.parse(bytes(theirs).replace(b" 101\r\n", b"\r\n"))

    agreed = read_answer(ours, voice)

    assert (agreed.dtmf_payload_type, agreed.dtmf_from_peer) == (None, None)


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


OUR_KEY = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"
THEIR_KEY = "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJC"
SECURE = ["m=audio 4000 RTP/SAVP 0", f"a=crypto:5 AES_256_CM_HMAC_SHA1_80 inline:{THEIR_KEY}",
          f"a=crypto:6 AES_CM_128_HMAC_SHA1_32 inline:{THEIR_KEY}|2^31",
          f"a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:{THEIR_KEY}"]  # fmt: skip


def own_keys() -> OwnKeys:
    return OwnKeys(lambda count: b"A" * count)


def test_srtp_is_answered_with_the_first_suite_that_is_taken_its_number_and_our_key() -> None:
    agreed = answer(described(*SECURE), address=OURS, session_id=1, keys=own_keys())
    media = agreed.description.media[0]

    assert media.protocol == "RTP/SAVP"
    assert media.attributes("crypto") == [f"6 AES_CM_128_HMAC_SHA1_32 inline:{OUR_KEY}"]
    assert (agreed.local_key, agreed.remote_key) == (
        MasterKey(SUITES[1], b"A" * 30), MasterKey(SUITES[1], b"B" * 30),
    )  # fmt: skip


def test_rtp_has_no_keys() -> None:
    agreed = answered("m=audio 4000 RTP/AVP 0", f"a=crypto:{SECURE[3][9:]}")

    assert (agreed.local_key, agreed.remote_key) == (None, None)
    assert agreed.description.media[0].attributes("crypto") == []


def test_of_both_kinds_the_one_that_is_wanted_is_taken() -> None:
    offered = described("m=audio 4002 RTP/AVP 0", *SECURE)

    assert answer(offered, address=OURS, session_id=1, keys=own_keys()).remote.port == 4000
    assert answer(offered, address=OURS, session_id=1).remote.port == 4002


@pytest.mark.parametrize(
    ("lines", "symbol"),
    [
        (["m=audio 4000 RTP/AVP 0"], "plain-media"),
        (["m=audio 4000 RTP/AVP 0", *SECURE[1:]], "plain-media"),
        (["m=audio 4000 RTP/SAVP 0"], "no-usable-key"),
        (SECURE[:2], "no-usable-key"),
        (["m=audio 4000 RTP/SAVP 0", f"{SECURE[3]}|1:4"], "no-usable-key"),
        (["m=audio 4000 UDP/TLS/RTP/SAVPF 0", SECURE[3]], "no-usable-key"),
        (["m=audio 4000 RTP/SAVP 18", SECURE[3]], "no-common-codec"),
        (["m=video 4000 RTP/SAVP 31", SECURE[3]], "no-audio"),
        (["m=audio 4000 UDPTL t38"], "no-audio"),
        (["m=audio 4002 RTP/AVP 0", "m=audio 4000 RTP/SAVP 0"], "no-usable-key"),
    ],
)  # fmt: skip
def test_where_srtp_is_wanted_a_refusal_names_its_kind_and_no_key(lines: list[str], symbol: str) -> None:
    with pytest.raises(OfferError) as refusal:
        answerable(described(*lines), secure=True)

    assert refusal.value.symbol == symbol
    assert THEIR_KEY not in str(refusal.value)


def test_our_offer_of_srtp_has_a_key_for_each_suite_and_is_answered_by_one() -> None:
    drawn = iter((b"A", b"C"))
    ours = offer(address=OURS, session_id=1, keys=OwnKeys(lambda count: next(drawn) * count))
    theirs = answer(ours, address=Address("192.0.2.10", 4000), session_id=2, keys=own_keys())
    agreed = read_answer(ours, theirs.description)

    assert ours.media[0].protocol == "RTP/SAVP"
    assert [line.partition(" inline:")[0] for line in ours.media[0].attributes("crypto")] == [
        "1 AES_CM_128_HMAC_SHA1_80", "2 AES_CM_128_HMAC_SHA1_32",
    ]  # fmt: skip
    assert agreed.local_key == theirs.remote_key == MasterKey(SUITES[0], b"A" * 30)
    assert agreed.remote_key == theirs.local_key


@pytest.mark.parametrize(
    ("lines", "symbol"),
    [
        (["m=audio 4000 RTP/AVP 0"], "plain-media"),
        (["m=audio 4000 RTP/SAVP 0"], "no-usable-key"),
        (["m=audio 4000 RTP/SAVP 0", f"a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:{THEIR_KEY}"], "no-usable-key"),
        (["m=audio 4000 RTP/SAVP 0", f"a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:{THEIR_KEY}"], "no-usable-key"),
    ],
)  # fmt: skip
def test_an_answer_that_accepts_no_key_of_our_offer_is_refused(lines: list[str], symbol: str) -> None:
    ours = offer(address=OURS, session_id=1, keys=own_keys())
    with pytest.raises(OfferError) as refusal:
        read_answer(ours, described(*lines))

    assert refusal.value.symbol == symbol
