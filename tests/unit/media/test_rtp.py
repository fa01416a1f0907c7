"""RTP headers, as RFC 3550 draws them."""

from __future__ import annotations

import pytest

from sipdomain.errors import RemoteProtocolError
from sipdomain.media.rtp import RtpPacket, is_rtcp, later_by, parse

HEADER = "80 00 0001 000000a0 deadbeef"
CONTENT = "f0f1f2"


@pytest.mark.parametrize(
    ("data", "packet"),
    [
        (HEADER + CONTENT, RtpPacket(0, False, 1, 160, 0xDEADBEEF, b"\xf0\xf1\xf2")),
        (HEADER, RtpPacket(0, False, 1, 160, 0xDEADBEEF, b"")),
        ("80 e5 ffff ffffffff 00000001 0a", RtpPacket(101, True, 65_535, 0xFFFF_FFFF, 1, b"\x0a")),
        ("a0 08 0001 000000a0 deadbeef f0 000002", RtpPacket(8, False, 1, 160, 0xDEADBEEF, b"\xf0\x00")),
        ("82 00 0001 000000a0 deadbeef 11111111 22222222 f0", RtpPacket(0, False, 1, 160, 0xDEADBEEF, b"\xf0")),
        ("90 00 0001 000000a0 deadbeef bede0001 10aa0000 f0", RtpPacket(0, False, 1, 160, 0xDEADBEEF, b"\xf0")),
        ("b1 00 0001 000000a0 deadbeef 11111111 bede0000 f0f1 0002", RtpPacket(0, False, 1, 160, 0xDEADBEEF, b"\xf0\xf1")),
    ],
    ids=["plain", "empty", "marker and largest numbers", "padding", "contributing sources", "extension", "all three"],
)  # fmt: skip
def test_a_packet_is_read(data: str, packet: RtpPacket) -> None:
    assert parse(bytes.fromhex(data)) == packet


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "0 bytes are too few"),
        ("80 00 0001 000000a0 deadbe", "11 bytes are too few"),
        ("40 00 0001 000000a0 deadbeef", "RTP version 1"),
        ("00 01 0000 2112a442 000000000000000000000000", "RTP version 0"),
        ("8f 00 0001 000000a0 deadbeef 11111111", "longer than its packet"),
        ("90 00 0001 000000a0 deadbeef bede", "extension is cut off"),
        ("90 00 0001 000000a0 deadbeef bede0002 11111111", "longer than its packet"),
        ("a0 00 0001 000000a0 deadbeef f000", "padding of length 0"),
        ("a0 00 0001 000000a0 deadbeef f009", "longer than its packet"),
    ],
)
def test_junk_is_refused(data: str, reason: str) -> None:
    with pytest.raises(RemoteProtocolError, match=reason):
        parse(bytes.fromhex(data))


@pytest.mark.parametrize(
    "packet", [RtpPacket(0, False, 7, 1120, 99, b"abc"), RtpPacket(127, True, 0, 0, 0, b"")]
)
def test_a_packet_is_built_as_it_is_read(packet: RtpPacket) -> None:
    assert parse(bytes(packet)) == packet


@pytest.mark.parametrize(
    ("second", "rtcp"), [(0x00, False), (0x80, False), (0xC8, True), (0xC9, True), (0xE5, False)]
)
def test_rtcp_on_the_same_port_is_distinguished(second: int, rtcp: bool) -> None:
    assert is_rtcp(bytes((0x80, second)) + bytes(10)) is rtcp


@pytest.mark.parametrize(
    ("timestamp", "than", "later"),
    [(320, 160, 160), (160, 320, -160), (100, 0xFFFF_FFFF, 101), (0xFFFF_FFFF, 100, -101), (5, 5, 0)],
)
def test_timestamps_go_round(timestamp: int, than: int, later: int) -> None:
    assert later_by(timestamp, than) == later
