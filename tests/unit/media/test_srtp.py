"""SRTP packets: against a published vector, between two ends, and everything that must not pass."""

from __future__ import annotations

import pytest

from sipdomain.media.rtp import RtpPacket
from sipdomain.media.sdes import SUITES, MasterKey
from sipdomain.media.srtp import MOST_SOURCES, Srtp

HERE = MasterKey(SUITES[0], bytes(range(30)))
THERE = MasterKey(SUITES[1], bytes(range(30, 60)))
# The test vector that libsrtp and other implementations validate themselves with (AES-128, 80-bit tag).
VECTOR_KEY = MasterKey(
    SUITES[0], bytes.fromhex("e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6")
)
VECTOR_PLAIN = bytes.fromhex("800f1234decafbadcafebabe") + b"\xab" * 16
VECTOR_PROTECTED = bytes.fromhex(
    "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb"
)


def ends() -> tuple[Srtp, Srtp]:
    ours, theirs = Srtp(), Srtp()
    ours.agree(HERE, THERE)
    theirs.agree(THERE, HERE)
    return ours, theirs


def packet(sequence: int = 1, *, ssrc: int = 7) -> bytes:
    return bytes(RtpPacket(0, False, sequence % 2**16, sequence * 160, ssrc, b"\x8b" * 160))


def protected(end: Srtp, data: bytes) -> bytes:
    passed = end.protect(data)
    assert passed is not None
    return passed


def test_the_published_vector_both_ways() -> None:
    ours, theirs = Srtp(), Srtp()
    ours.agree(VECTOR_KEY, None)
    theirs.agree(None, VECTOR_KEY)

    assert ours.protect(VECTOR_PLAIN) == VECTOR_PROTECTED
    assert theirs.unprotect(VECTOR_PROTECTED) == VECTOR_PLAIN


def test_each_side_is_read_by_the_other_with_its_own_suite() -> None:
    ours, theirs = ends()
    out, back = protected(ours, packet()), protected(theirs, packet())

    assert (len(out), len(back)) == (12 + 160 + 10, 12 + 160 + 4)
    assert theirs.unprotect(out) == packet()
    assert ours.unprotect(back) == packet()
    assert b"\x8b\x8b" not in out


def test_packets_pass_out_of_order_and_beyond_the_end_of_the_sequence_numbers() -> None:
    ours, theirs = ends()
    sent = [protected(ours, packet(sequence)) for sequence in range(65_500, 65_600)]
    sent[3], sent[60] = sent[60], sent[3]

    assert all(theirs.unprotect(data) is not None for data in sent)
    assert not theirs.dropped


def test_what_cannot_be_trusted_is_dropped_and_counted() -> None:
    ours, theirs = ends()
    good = [protected(ours, packet(sequence)) for sequence in range(1, 302)]
    assert theirs.unprotect(good[300]) is not None
    strange = Srtp()
    strange.agree(THERE, HERE)
    for data in (
        good[300],  # the same once more
        good[0],  # behind the window
        good[299][:-1] + bytes([good[299][-1] ^ 1]),  # another tag
        good[298][:20] + b"\0" + good[298][21:],  # another payload
        protected(strange, packet(400)),  # another key
        packet(400),  # not protected
        bytes(1500),
    ):
        assert theirs.unprotect(data) is None

    assert theirs.dropped == {"replayed": 1, "too old": 1, "wrong tag": 4, "too long": 1}
    assert theirs.unprotect(good[299]) == packet(300)


@pytest.mark.parametrize("data", [b"", b"\x80", b"\x80" * 12, b"\x9f" + bytes(20), b"\xff" * 200])
def test_what_is_no_packet_is_dropped(data: bytes) -> None:
    _, theirs = ends()
    assert theirs.unprotect(data) is None
    assert theirs.dropped.total() == 1


def test_without_keys_nothing_passes() -> None:
    ours, theirs = ends()
    data = protected(ours, packet())
    theirs.agree(None, None)

    assert theirs.unprotect(data) is None
    assert theirs.protect(packet()) is None
    assert theirs.dropped == {"no key": 2}


def test_a_key_that_stays_keeps_what_was_seen_and_a_new_one_begins_anew() -> None:
    ours, theirs = ends()
    data = protected(ours, packet())
    assert theirs.unprotect(data) is not None
    theirs.agree(THERE, HERE)
    assert theirs.unprotect(data) is None
    another = MasterKey(SUITES[1], bytes(30))
    ours.agree(another, THERE)
    theirs.agree(THERE, another)

    assert theirs.unprotect(protected(ours, packet(2))) == packet(2)
    assert theirs.dropped == {"replayed": 1}


def test_a_peer_has_only_so_many_sources() -> None:
    ours, theirs = ends()
    passed = [theirs.unprotect(protected(ours, packet(ssrc=number))) for number in range(MOST_SOURCES + 1)]

    assert passed[-1] is None
    assert None not in passed[:-1]
    assert theirs.dropped == {"too many sources": 1}
    assert theirs.unprotect(protected(ours, packet(2, ssrc=0))) == packet(2, ssrc=0)
