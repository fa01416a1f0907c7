"""Frames of all kinds down to what they carry; and those that carry nothing that can be read."""

from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given, settings, strategies as st

from sipdomain.report.frames import udp_frame
from sipdomain.sip.outputs import Address
from sipdomain.trace.checks import findings
from sipdomain.trace.frames import MOST_FRAGMENTED, Decoder, Packet, RawFrame
from sipdomain.trace.trace import TraceReader
from tests.unit.trace.wire import Wire

HERE, THERE = ("10.0.0.1", 5060), ("10.0.0.2", 5062)
FRAME = udp_frame(HERE, THERE, b"hello")
IP = FRAME[14:]
SIX = udp_frame(("2001:db8::1", 5060), ("2001:db8::2", 5062), b"hello")[14:]


def decoded(data: bytes, link: int = 1) -> Packet | None:
    return Decoder().packet(RawFrame(1, 1.0, link, data))


@pytest.mark.parametrize(
    ("link", "data"),
    [
        (1, FRAME),
        (1, FRAME + bytes(20)),
        (1, FRAME[:12] + b"\x81\x00\x00\x2a\x08\x00" + IP),
        (1, FRAME[:12] + b"\x88\xa8\x00\x01\x81\x00\x00\x2a\x08\x00" + IP),
        (101, IP),
        (228, IP),
        (113, bytes(14) + b"\x08\x00" + IP),
        (276, b"\x08\x00" + bytes(18) + IP),
        (0, b"\x02\x00\x00\x00" + IP),
        (108, b"\x00\x00\x00\x02" + IP),
    ],
    ids=["ethernet", "with padding", "vlan", "two vlans", "raw", "raw ipv4", "cooked", "cooked 2", "loopback", "loop"],
)  # fmt: skip
def test_a_datagram_is_found_behind_any_link_layer(link: int, data: bytes) -> None:
    assert decoded(data, link) == Packet(1, 1.0, "udp", Address(*HERE), Address(*THERE), b"hello")


@pytest.mark.parametrize(
    "data",
    [
        SIX,
        SIX[:6] + b"\x00" + SIX[7:40] + b"\x11\x00" + bytes(6) + SIX[40:],
        SIX[:6] + b"\x3c" + SIX[7:40] + b"\x11\x01" + bytes(14) + SIX[40:],
    ],
    ids=["plain", "hop by hop", "options"],
)
def test_a_datagram_of_ipv6_is_found_behind_its_extensions(data: bytes) -> None:
    data = data[:4] + pack("!H", len(data) - 40) + data[6:]
    found = decoded(data, 229)
    assert found is not None
    assert (found.source, found.target, found.data) == (
        Address("2001:db8::1", 5060), Address("2001:db8::2", 5062), b"hello",
    )  # fmt: skip


def fragments(payload: bytes, size: int, identity: int = 7) -> list[bytes]:
    udp = udp_frame(HERE, THERE, payload)[34:]
    parts = [udp[place : place + size] for place in range(0, len(udp), size)]
    found = []
    for number, part in enumerate(parts):
        more = 0x2000 if number < len(parts) - 1 else 0
        head = pack("!HHHBBH", 20 + len(part), identity, number * size // 8 | more, 64, 17, 0)
        found.append(b"\x45\x00" + head + bytes([10, 0, 0, 1, 10, 0, 0, 2]) + part)
    return found


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1], [1, 1, 2, 0]])
def test_fragments_are_joined_in_whatever_order_they_come(order: list[int]) -> None:
    decoder, parts = Decoder(), fragments(b"x" * 2_500, 1_000)
    found = [decoder.packet(RawFrame(number, 1.0, 101, parts[each])) for number, each in enumerate(order, 1)]
    assert found[:-1] == [None] * (len(order) - 1)
    assert found[-1] is not None
    assert (found[-1].data, found[-1].fragments) == (b"x" * 2_500, 3)


def test_fragments_without_an_end_are_given_up() -> None:
    decoder = Decoder()
    first = fragments(b"x" * 2_000, 1_000)
    assert decoder.packet(RawFrame(1, 1.0, 101, first[0])) is None
    for number in range(MOST_FRAGMENTED):
        decoder.packet(RawFrame(1, 1.0, 101, fragments(b"y" * 2_000, 1_000, 100 + number)[0]))
    assert decoder.packet(RawFrame(1, 1.0, 101, first[1])) is None


@pytest.mark.parametrize("length", range(40))
def test_what_is_cut_off_is_nothing_or_shorter(length: int) -> None:
    found = decoded(IP[:length], 101)
    assert found is None or b"hello".startswith(found.data)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([0, 1, 12, 101, 108, 113, 228, 229, 276, 999]), st.binary(max_size=120)),
        max_size=8,
    )
)
def test_random_frames_break_nothing(frames: list[tuple[int, bytes]]) -> None:
    reader = TraceReader()
    for number, (link, data) in enumerate(frames, 1):
        reader.take(RawFrame(number, 1.0, link, data))
    findings(reader.trace)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_call_whose_bytes_are_changed_breaks_nothing(data: st.DataObject) -> None:
    wire = Wire()
    wire.call()
    wire.event("caller", "5", 1.0)
    reader = TraceReader()
    for number, (at, frame) in enumerate(wire.frames, 1):
        changed = bytearray(frame)
        for place in data.draw(st.lists(st.integers(14, len(frame) - 1), max_size=6)):
            changed[place] = data.draw(st.integers(0, 255))
        reader.take(RawFrame(number, at, 1, bytes(changed[: data.draw(st.integers(20, len(frame)))])))
    findings(reader.trace)
