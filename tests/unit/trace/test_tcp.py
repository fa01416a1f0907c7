"""Messages out of connections as captures have them: out of order, twice, from the middle, with holes."""

from __future__ import annotations

import pytest

from sipdomain.sip.outputs import Address
from sipdomain.trace.frames import Packet
from sipdomain.trace.tcp import MOST_STREAMS, TcpStreams

HERE, THERE = Address("10.0.0.1", 5060), Address("10.0.0.2", 5062)
ONE = b"OPTIONS sip:a SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n"
TWO = b"SIP/2.0 200 OK\r\nCall-ID: 2\r\nContent-Length: 4\r\n\r\nbody"
BEGIN = 2**32 - 20


def messages(*segments: tuple[int, bytes], first: bool = True) -> list[bytes]:
    """Return the messages of segments, each with its place in the stream."""
    streams = TcpStreams()
    if first:
        streams.take(Packet(1, 1.0, "tcp", HERE, THERE, b"", BEGIN - 1, is_first=True))
    found: list[bytes] = []
    for place, data in segments:
        found += streams.take(Packet(1, 1.0, "tcp", HERE, THERE, data, (BEGIN + place) % 2**32))
    return found


@pytest.mark.parametrize(
    "segments",
    [
        [(0, ONE + TWO)],
        [(0, ONE), (len(ONE), TWO)],
        [(0, ONE[:10]), (len(ONE), TWO), (10, ONE[10:])],
        [(0, ONE), (0, ONE), (len(ONE), TWO)],
        [(0, ONE[:30]), (10, ONE[10:]), (len(ONE), TWO)],
        [*((place, (ONE + TWO)[place : place + 1]) for place in range(len(ONE + TWO)))],
    ],
    ids=["at once", "one each", "out of order", "repeated", "overlapping", "byte by byte"],
)
def test_segments_become_messages(segments: list[tuple[int, bytes]]) -> None:
    assert messages(*segments) == [ONE, TWO]


def test_amid_a_connection_the_next_message_is_found() -> None:
    assert messages((0, b"...the end of a body"), (20, TWO), first=False) == [TWO]


def test_behind_a_hole_the_next_message_is_found() -> None:
    hole = len(ONE) + 1_000
    later = [(hole + number * len(TWO), TWO) for number in range(66)]
    found = messages((0, ONE), *later)
    assert found[:2] == [ONE, TWO]
    assert len(found) >= 60


def test_what_is_no_sip_is_left_alone_and_tls_is_counted() -> None:
    streams = TcpStreams()
    assert streams.take(Packet(1, 1.0, "tcp", HERE, THERE, b"GET / HTTP/1.1\r\n\r\n", 1)) == []
    assert streams.take(Packet(1, 1.0, "tcp", THERE, HERE, b"\x16\x03\x01\x00\x05hello", 1)) == []
    assert streams.tls == 1


def test_connections_are_bounded() -> None:
    streams = TcpStreams()
    for port in range(MOST_STREAMS + 10):
        streams.take(Packet(1, 1.0, "tcp", Address("10.0.0.1", port), THERE, ONE[:20], 1))
    assert streams.take(Packet(1, 1.0, "tcp", Address("10.0.0.1", 0), THERE, ONE[20:], 21)) == []
    last = Address("10.0.0.1", MOST_STREAMS + 9)
    assert streams.take(Packet(1, 1.0, "tcp", last, THERE, ONE[20:], 21)) == [ONE]
