"""Frames: their bytes, and checksums that agree with what they cover."""

from __future__ import annotations

from sipdomain.report.frames import ACK, PSH, SYN, tcp_frame, udp_frame

PHONE, CLOUD = ("127.0.0.2", 5070), ("127.0.0.1", 5060)


def folded(data: bytes) -> int:
    """Return the sum that is 0xffff when the checksum in the data is right (RFC 1071)."""
    data += b"\0" * (len(data) % 2)
    total = sum(int.from_bytes(data[place : place + 2]) for place in range(0, len(data), 2))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def test_a_datagram_over_ipv4() -> None:
    frame = udp_frame(PHONE, CLOUD, b"hi")
    assert frame[:14] == bytes(12) + b"\x08\x00"
    assert frame[14:24] == bytes.fromhex("4500 001e 0000 4000 4011")
    assert frame[26:34] == bytes([127, 0, 0, 2, 127, 0, 0, 1])
    assert folded(frame[14:34]) == 0xFFFF
    assert frame[34:] == bytes.fromhex("13ce 13c4 000a 0000") + b"hi"


def test_a_datagram_over_ipv6_has_the_checksum_that_it_needs() -> None:
    frame = udp_frame(("::1", 5070), ("::1", 5060), b"odd")
    assert frame[12:22] == bytes.fromhex("86dd 60000000 000b 11 40")
    assert frame[22:54] == (bytes(15) + b"\x01") * 2
    assert frame[54:60] == bytes.fromhex("13ce 13c4 000b")
    assert folded(frame[22:54] + bytes.fromhex("0000000b 00000011") + frame[54:]) == 0xFFFF


def test_a_segment_of_tcp() -> None:
    frame = tcp_frame(PHONE, CLOUD, b"OPTIONS", PSH | ACK, 2**32 + 7, 9)
    assert frame[34:50] == bytes.fromhex("13ce 13c4 00000007 00000009 50 18 ffff")
    assert frame[54:] == b"OPTIONS"
    ends = bytes([127, 0, 0, 2, 127, 0, 0, 1])
    assert folded(ends + bytes.fromhex("0000001b 00000006") + frame[34:]) == 0xFFFF
    assert tcp_frame(PHONE, CLOUD, b"", SYN, 0, 0)[47] == 2
