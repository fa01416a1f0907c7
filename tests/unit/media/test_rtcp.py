"""RTCP packets, byte for byte and in any form."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from sipdomain.errors import RemoteProtocolError
from sipdomain.media.rtcp import (
    Bye,
    Report,
    ReportBlock,
    SenderInfo,
    compound,
    ntp,
    parse,
)

WORD = st.integers(0, 0xFFFF_FFFF)
BLOCKS = st.builds(
    ReportBlock, WORD, st.integers(0, 255), st.integers(-0x80_0000, 0x7F_FFFF), WORD, WORD, WORD, WORD
)
SENDERS = st.builds(SenderInfo, st.integers(0, 2**64 - 1), WORD, WORD, WORD)
REPORTS = st.builds(Report, WORD, st.none() | SENDERS, st.lists(BLOCKS, max_size=31).map(tuple))

SENDER_REPORT = bytes.fromhex(
    "81c8000c 11223344 ec3d9280 80000000 000003e8 00000032 00001f40"
    "aabbccdd 40fffffe 00010005 00000010 92808000 00018000"
    "81ca0003 11223344 0103612e 62000000"
    "81cb0001 11223344"
)
REPORT = Report(
    0x1122_3344,
    SenderInfo(0xEC3D_9280_8000_0000, 1000, 50, 8000),
    (ReportBlock(0xAABB_CCDD, 64, -2, 0x1_0005, 16, 0x9280_8000, 0x1_8000),),
)


def test_a_compound_packet_has_a_report_a_name_and_at_the_end_a_bye() -> None:
    assert compound(REPORT, "a.b", bye=True) == SENDER_REPORT
    assert parse(SENDER_REPORT) == [REPORT, Bye((0x1122_3344,))]


def test_a_receiver_that_sends_nothing_reports_without_a_sender() -> None:
    built = compound(Report(1, None, ()), "abcd")
    assert built == bytes.fromhex("80c90001 00000001 81ca0003 00000001 01046162 63640000")
    assert parse(built) == [Report(1, None, ())]


@given(REPORTS, st.text(max_size=300), st.booleans())
def test_what_is_built_is_read_again(report: Report, name: str, bye: bool) -> None:
    built = compound(report, name, bye=bye)
    assert len(built) % 4 == 0
    assert parse(built) == [report, *([Bye((report.ssrc,))] if bye else [])]


@given(REPORTS, st.data())
def test_what_is_cut_or_changed_is_refused_or_read_and_nothing_else(
    report: Report, data: st.DataObject
) -> None:
    built = bytearray(compound(report, "name", bye=True))
    at = data.draw(st.integers(0, len(built) - 1))
    with suppress(RemoteProtocolError):
        parse(bytes(built[:at]))
    built[at] ^= data.draw(st.integers(1, 255))
    with suppress(RemoteProtocolError):
        parse(bytes(built))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    with suppress(RemoteProtocolError):
        parse(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "begins with a sender or receiver report"),
        (bytes.fromhex("81cb0001 11223344"), "begins with a sender or receiver report"),
        (bytes.fromhex("80c90002 00000001"), "an RTCP packet is cut off"),
        (bytes.fromhex("81c90001 00000001"), "the report is cut off"),
        (bytes.fromhex("80c80001 00000001"), "the report is cut off"),
        (bytes.fromhex("40c90001 00000001"), "RTCP version 1"),
        (bytes.fromhex("80c90001 00000001 81"), "an RTCP packet is cut off"),
        (bytes.fromhex("80c90001 00000001 82cb0001 00000001"), "BYE is cut off"),
        (bytes.fromhex("80c90001 00000001 a1cb0002 00000001 00000009"), "padding that cannot be"),
        (bytes.fromhex("a0c90001 00000001 81cb0001 00000001"), "padding that cannot be"),
    ],
)
def test_what_is_no_rtcp_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(RemoteProtocolError, match=words):
        parse(data)


def test_padding_and_other_kinds_are_left_out() -> None:
    feedback = bytes.fromhex(
        "80c90001 00000001 81ce0003 00000001 00000002 00000000 a1cb0002 00000007 00000004"
    )
    assert parse(feedback) == [Report(1, None, ()), Bye((7,))]


def test_time_counts_since_1900() -> None:
    assert ntp(0.0) == 2_208_988_800 << 32
    assert ntp(1.5) == (2_208_988_801 << 32) + (1 << 31)
