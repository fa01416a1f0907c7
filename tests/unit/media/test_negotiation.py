"""Offer and answer, from either side: versions, codecs, keys, holds (RFC 3264)."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, strategies as st

from sipdomain.errors import MediaError
from sipdomain.media.negotiation import Negotiation, description_of
from sipdomain.media.sdes import SUITES, OwnKeys
from sipdomain.media.sdp import Direction, SessionDescription
from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Address

OURS = Address("127.0.0.1", 10_000)
THEIRS = (
    b"v=0\r\no=- 7 7 IN IP4 127.0.0.10\r\ns=-\r\nc=IN IP4 127.0.0.10\r\nt=0 0\r\n"
    b"m=audio 40000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
)


def begun(**changes: object) -> Negotiation:
    """Return a negotiation whose port is open."""
    negotiation = Negotiation(100, **changes)  # type: ignore[arg-type]
    negotiation.address = OURS
    return negotiation


def theirs(direction: str = "sendrecv", formats: str = "8 0 101") -> SessionDescription:
    """Return the peer's description."""
    body = THEIRS.replace(b"a=sendrecv", f"a={direction}".encode()).replace(b"8 0 101", formats.encode())
    return SessionDescription.parse(body)


def origin(description: SessionDescription) -> str:
    """Return the o= line."""
    return description.lines[1][1]


def secure(seed: int = 1) -> OwnKeys:
    """Return keys drawn from a seed."""
    return OwnKeys(Random(seed).randbytes)


# --- versions (RFC 3264 section 8) ------------------------------------------------------------------------


def test_what_is_described_again_without_a_change_keeps_its_version() -> None:
    negotiation = begun()
    assert [origin(negotiation.offer()) for _ in range(3)] == ["- 100 100 IN IP4 127.0.0.1"] * 3


def test_each_change_makes_the_version_one_higher() -> None:
    negotiation = begun()
    origins = []
    directions: list[Direction] = ["sendrecv", "sendonly", "sendonly", "sendrecv"]
    for direction in directions:
        negotiation.direction = direction
        origins.append(origin(negotiation.offer()))
    assert origins == [
        "- 100 100 IN IP4 127.0.0.1",
        "- 100 101 IN IP4 127.0.0.1",
        "- 100 101 IN IP4 127.0.0.1",
        "- 100 102 IN IP4 127.0.0.1",
    ]


def test_offers_and_answers_of_one_session_count_together() -> None:
    negotiation = begun()
    first = negotiation.offer()
    negotiation.accept(theirs())
    answered = negotiation.answer(theirs("sendonly")).description
    again = negotiation.answer(theirs("sendonly")).description
    assert [origin(each).split(" ")[2] for each in (first, answered, again)] == ["100", "101", "101"]


@pytest.mark.parametrize("user", ["-", "root"])
def test_an_answer_has_the_same_origin_as_the_offer_before_it_but_for_the_version(user: str) -> None:
    negotiation = begun(user=user)
    offered = negotiation.offer()
    negotiation.accept(theirs())
    answered = negotiation.answer(theirs()).description
    assert (origin(offered), origin(answered)) == (
        f"{user} 100 100 IN IP4 127.0.0.1",
        f"{user} 100 101 IN IP4 127.0.0.1",
    )


def test_a_new_address_makes_a_new_version() -> None:
    negotiation = begun()
    negotiation.offer()
    negotiation.address = Address("127.0.0.2", 10_000)
    assert origin(negotiation.offer()) == "- 100 101 IN IP4 127.0.0.2"


@given(st.lists(st.sampled_from(["offer", "answer", "hold", "resume", "held", "withdraw"]), max_size=12))
def test_whatever_is_described_the_version_grows_by_one_exactly_when_something_changed(
    acts: list[str],
) -> None:
    negotiation = begun()
    sent = [negotiation.offer()]
    for act in acts:
        if act in {"hold", "resume"}:
            negotiation.direction = "sendonly" if act == "hold" else "sendrecv"
        if act in {"offer", "hold", "resume"}:
            sent.append(negotiation.offer())
        elif act == "withdraw":
            negotiation.withdraw()
        else:
            sent.append(negotiation.answer(theirs("inactive" if act == "held" else "sendrecv")).description)
    for before, after in pairwise(sent):
        same = (before.lines[2:], before.media) == (after.lines[2:], after.media)
        grown = int(origin(after).split(" ")[2]) - int(origin(before).split(" ")[2])
        assert grown == (0 if same else 1)


# --- who waits for whom ----------------------------------------------------------------------------------


def test_an_offer_waits_until_it_is_answered() -> None:
    negotiation = begun()
    seen = [negotiation.offering]
    negotiation.offer()
    seen.append(negotiation.offering)
    negotiation.accept(theirs())
    seen.append(negotiation.offering)
    assert seen == [False, True, False]


def test_an_answer_that_agrees_on_nothing_leaves_the_offer_open_and_what_stood_standing() -> None:
    negotiation = begun()
    negotiation.offer()
    stands = negotiation.accept(theirs())
    negotiation.offer()
    with pytest.raises(MediaError, match="has neither PCMU nor PCMA"):
        negotiation.accept(theirs(formats="9"))
    assert (negotiation.offering, negotiation.agreement is stands) == (True, True)


def test_an_offer_that_is_refused_waits_no_more_and_the_next_one_is_newer() -> None:
    negotiation = begun()
    negotiation.offer()
    stands = negotiation.accept(theirs())
    negotiation.direction = "sendonly"
    negotiation.offer()
    negotiation.withdraw()
    negotiation.direction = "sendrecv"
    assert (negotiation.offering, negotiation.agreement is stands) == (False, True)
    assert origin(negotiation.offer()) == "- 100 102 IN IP4 127.0.0.1"


def test_an_answer_to_nothing_is_refused() -> None:
    with pytest.raises(MediaError, match="nothing was offered"):
        begun().accept(theirs())


# --- codecs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codecs", "one_codec", "formats"),
    [
        (("PCMU", "PCMA"), False, ("8", "0", "101")),
        (("PCMU", "PCMA"), True, ("8", "101")),
        (("PCMU",), False, ("0", "101")),
        (("PCMA",), True, ("8", "101")),
    ],
)
def test_an_answer_names_what_we_take_in_the_order_of_the_offer(
    codecs: tuple[str, ...], one_codec: bool, formats: tuple[str, ...]
) -> None:
    agreement = begun(codecs=codecs, one_codec=one_codec).answer(theirs())
    assert agreement.description.media[0].formats == formats


def test_an_offer_without_a_codec_of_ours_is_refused() -> None:
    with pytest.raises(MediaError, match="the offer has PCMA, not PCMU"):
        begun(codecs=("PCMU",)).answer(theirs(formats="8 101"))


# --- holds (RFC 3264 section 8.4) ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "offered", "answered"),
    [
        ("sendrecv", "sendrecv", "sendrecv"),
        ("sendrecv", "sendonly", "recvonly"),
        ("sendrecv", "recvonly", "sendonly"),
        ("sendrecv", "inactive", "inactive"),
        ("sendonly", "sendrecv", "sendonly"),
        ("sendonly", "sendonly", "inactive"),
        ("sendonly", "recvonly", "sendonly"),
        ("recvonly", "sendrecv", "recvonly"),
        ("inactive", "sendrecv", "inactive"),
    ],
)
def test_an_answer_allows_what_both_sides_want(wanted: Direction, offered: str, answered: str) -> None:
    negotiation = begun()
    negotiation.direction = wanted
    agreement = negotiation.answer(theirs(offered))
    assert agreement.description.media[0].direction == answered
    assert (agreement.sending, agreement.receiving) == (
        answered in {"sendrecv", "sendonly"},
        answered in {"sendrecv", "recvonly"},
    )


def test_a_peer_that_we_hold_answers_recvonly_and_may_not_send() -> None:
    negotiation = begun()
    negotiation.direction = "sendonly"
    assert negotiation.offer().media[0].direction == "sendonly"
    agreement = negotiation.accept(theirs("recvonly"))
    assert (agreement.sending, agreement.receiving) == (True, False)


# --- keys (RFC 4568) -------------------------------------------------------------------------------------


def test_the_keys_of_a_session_stay_the_same_whoever_offers() -> None:
    negotiation = begun(keys=secure())
    offered = negotiation.offer(SUITES[:1])
    peer = begun(keys=secure(2))
    first = negotiation.accept(peer.answer(offered).description)
    second = negotiation.answer(peer.offer(SUITES[:1]))
    assert first.local_key == second.local_key is not None
    assert first.remote_key == second.remote_key is not None
    assert len(offered.media[0].attributes("crypto")) == 1


def test_a_session_is_secure_when_it_has_keys() -> None:
    assert (begun().secure, begun(keys=secure()).secure) == (False, True)


# --- bodies ----------------------------------------------------------------------------------------------


def test_a_description_is_found_in_a_part_of_a_body() -> None:
    body = (
        b"--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x\r\nContent-Type: application/sdp\r\n\r\n"
        + THEIRS
        + b"\r\n--x--\r\n"
    )
    message = Request("INVITE", "sip:a@b", [("Content-Type", "multipart/mixed;boundary=x")], body)
    assert description_of(message).media[0].port == 40_000


def test_a_body_of_parts_without_a_description_is_refused() -> None:
    body = b"--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x--\r\n"
    message = Request("INVITE", "sip:a@b", [("Content-Type", "multipart/mixed;boundary=x")], body)
    with pytest.raises(MediaError):
        description_of(message)


VIDEO_FIRST = (
    b"v=0\r\no=- 7 7 IN IP4 127.0.0.10\r\ns=-\r\nc=IN IP4 127.0.0.10\r\nt=0 0\r\nm=video 40002 RTP/AVP 96\r\n"
    b"m=audio 40000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
)


def test_an_offer_keeps_the_streams_of_the_description_before_it_in_their_places() -> None:
    negotiation = begun()
    answered = negotiation.answer(SessionDescription.parse(VIDEO_FIRST)).description
    assert [(each.kind, each.port) for each in answered.media] == [("video", 0), ("audio", 10_000)]
    negotiation.direction = "sendonly"
    offered = negotiation.offer()
    assert [(each.kind, each.port, each.formats) for each in offered.media] == [
        ("video", 0, ("96",)), ("audio", 10_000, ("0", "8", "101")),
    ]  # fmt: skip
    assert (offered.media[0].lines, offered.media[1].direction) == ((), "sendonly")
    held = VIDEO_FIRST.replace(b"video 40002", b"video 0").replace(b"sendrecv", b"recvonly")
    agreement = negotiation.accept(SessionDescription.parse(held))
    assert (agreement.remote, agreement.sending, agreement.receiving) == (
        Address("127.0.0.10", 40_000),
        True,
        False,
    )


def test_an_answer_that_takes_a_stream_without_a_port_agrees_on_nothing() -> None:
    negotiation = begun()
    two = VIDEO_FIRST.replace(b"m=video 40002 RTP/AVP 96", b"m=audio 0 RTP/AVP 0")
    negotiation.answer(SessionDescription.parse(two))
    negotiation.offer()
    taken = two.replace(b"m=audio 0 ", b"m=audio 40004 ").replace(b"m=audio 40000 ", b"m=audio 0 ")
    with pytest.raises(MediaError, match="names no codec of the offer"):
        negotiation.accept(SessionDescription.parse(taken))


# --- telephone-event --------------------------------------------------------------------------------------


def test_whoever_takes_no_events_neither_offers_nor_answers_them() -> None:
    negotiation = begun(events=False)
    assert negotiation.offer().media[0].formats == ("0", "8")
    agreement = negotiation.answer(theirs())
    assert (agreement.codec, agreement.dtmf_payload_type) == ("PCMA", None)
    assert agreement.description.media[0].formats == ("8", "0")
    assert begun().answer(theirs()).dtmf_payload_type == 101
