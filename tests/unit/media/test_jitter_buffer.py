"""Packets that come unevenly, in order and on our beat again."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from hypothesis import given, strategies as st

from sipdomain.media.jitter_buffer import LONGEST, MOST_AHEAD, MOST_PACKETS, SHORTEST, JitterBuffer
from sipdomain.media.rtp import RtpPacket

START = 0xFFFF_FF00
"""The first timestamp: soon it goes round."""
Arrival = tuple[float, RtpPacket]


def packet(number: int, *, ssrc: int = 7, size: int = 160, marker: bool = False) -> RtpPacket:
    """Return the packet that says its number, 1 to 254 and round again; none of these is silence."""
    payload = bytes((number % 254 + 1,)) * size
    return RtpPacket(0, marker, number & 0xFFFF, (START + number * size) & 0xFFFF_FFFF, ssrc, payload)


def play(arrivals: Iterable[Arrival], until: float, buffer: JitterBuffer | None = None) -> list[int | None]:
    """Return the first byte of each frame of 20 ms from the first beat on; None for silence."""
    buffer = buffer or JitterBuffer()
    waiting = sorted(arrivals, key=lambda each: each[0])
    frames: list[int | None] = []
    for beat in range(1, round(until / 0.02) + 1):
        now = beat * 0.02
        while waiting and waiting[0][0] <= now:
            at, each = waiting.pop(0)
            buffer.put(each, "PCMU", at)
        frame = buffer.next(now)
        frames.append(None if frame is None else frame.payload[0])
        assert buffer.held <= MOST_AHEAD
        assert frame is None or len(frame.payload) == 160
    return frames


def spoken(frames: list[int | None]) -> list[int]:
    return [each for each in frames if each is not None]


def test_nothing_comes_out_before_anything_came() -> None:
    assert JitterBuffer().next(1.0) is None


def test_an_even_stream_waits_40_ms_and_comes_out_as_it_was() -> None:
    frames = play([(0.02 * number, packet(number)) for number in range(1, 301)], 6.04)

    assert frames[:3] == [None, None, 2]
    assert spoken(frames) == [number % 254 + 1 for number in range(1, 301)]


def test_reordered_and_doubled_packets_come_out_once_and_in_order() -> None:
    moments = [0.02, 0.079, 0.06, 0.08, 0.08, 0.12, 0.10]
    numbers = [1, 2, 3, 4, 4, 5, 6]
    arrivals = [(at, packet(number)) for at, number in zip(moments, numbers, strict=True)]

    assert play(arrivals, 0.16)[2:] == [2, 3, 4, 5, 6, 7]


def test_a_lost_packet_is_the_last_one_again_and_fainter_and_many_are_silence() -> None:
    buffer = JitterBuffer()
    lost = {4, 8, 9, 10, 11, 12}
    arrivals = [(0.02 * number, packet(number)) for number in range(1, 15) if number not in lost]
    frames = play(arrivals, 0.32, buffer)

    # mu-law 0x04 is -28,028; times 0.7 that is -19,620, which is 0x0c; 0x08 is -23,932.
    assert frames[2:] == [2, 3, 4, 12, 6, 7, 8, 15, 29, 50, None, None, 14, 15]
    assert buffer.concealed == 4


def test_the_delay_grows_with_the_jitter_and_shrinks_when_it_is_over() -> None:
    draw = random.Random(1)
    buffer = JitterBuffer()
    play([(0.02 * n + draw.uniform(0.0, 0.1), packet(n)) for n in range(1, 500)], 10.0, buffer)
    assert 0.1 < buffer.delay <= 0.125
    bad = []
    for number in range(500, 1500):
        buffer.put(packet(number), "PCMU", 0.02 * number)
        buffer.next(0.02 * number)
        bad.append(buffer.late + buffer.concealed)

    assert buffer.delay == SHORTEST
    # The last of the jitter came to nobody.
    assert bad[10] == bad[-1]
    assert buffer.held <= 0.08


def test_the_delay_has_its_bounds() -> None:
    draw = random.Random(2)
    buffer = JitterBuffer()
    play([(0.02 * n + draw.choice((0.0, 0.8)), packet(n)) for n in range(1, 500)], 10.0, buffer)

    assert buffer.delay == LONGEST
    assert buffer.late > 100


@pytest.mark.parametrize("drift", [-0.005, -0.0001, 0.0001, 0.005])
def test_a_clock_that_is_fast_or_slow_costs_a_frame_now_and_then(drift: float) -> None:
    buffer = JitterBuffer()
    numbers = range(1, round(120 / 0.02))
    play([(0.02 * (1 + drift) * n, packet(n)) for n in numbers], 118.0, buffer)

    expected = 118 * abs(drift) / 0.02
    assert expected - 3 <= buffer.adjusted <= expected + 3
    assert buffer.concealed + buffer.late + buffer.dropped <= expected + 3
    assert buffer.held <= 0.12


def test_a_burst_after_a_stall_does_not_leave_a_longer_delay_behind() -> None:
    buffer = JitterBuffer()
    arrivals = [(max(0.02 * n, 2.0) if n > 50 else 0.02 * n, packet(n)) for n in range(1, 1500)]
    frames = play(arrivals, 29.0, buffer)

    assert frames[-1] == (round(29.0 / 0.02) - 2) % 254 + 1
    assert buffer.delay == SHORTEST


def test_a_pause_of_the_peer_is_silence_and_what_follows_keeps_its_place() -> None:
    frames = play([(0.02 * n, packet(n)) for n in (*range(1, 11), *range(61, 71))], 1.5)

    assert frames[11] == 11
    assert frames[15:62] == [None] * 47
    assert frames[62:72] == list(range(62, 72))


def test_another_source_and_a_jump_of_the_timestamps_begin_anew() -> None:
    for far in (50_000, -50_000):
        jumped = [
            (0.2 + 0.02 * n, packet(n + far)._replace(marker=n == 1, payload=bytes((200 + n,)) * 160))
            for n in range(1, 11)
        ]
        frames = play([*((0.02 * n, packet(n)) for n in range(1, 11)), *jumped], 0.6)
        assert frames[12:22] == list(range(201, 211))
    other = [(0.2 + 0.02 * n, packet(3 * n + 5, ssrc=8, size=480)) for n in range(1, 4)]
    assert 9 in play([*((0.02 * n, packet(n)) for n in range(1, 11)), *other], 0.6)


def test_a_jump_without_a_marker_is_believed_after_ten_packets() -> None:
    buffer = JitterBuffer()
    for number in range(1, 11):
        buffer.put(packet(number), "PCMU", 0.02 * number)
    heard = []
    for number in range(1, 15):
        buffer.put(packet(100_000 + number)._replace(payload=b"\x01" * 160), "PCMU", 0.2 + 0.02 * number)
        frame = buffer.next(0.2 + 0.02 * number)
        heard.append(frame is not None and frame.payload[0] == 1)

    assert heard == [False] * 11 + [True] * 3


@pytest.mark.parametrize("size", [80, 240, 320])
def test_packets_of_other_lengths_become_frames_of_20_ms(size: int) -> None:
    buffer = JitterBuffer()
    length = size / 8000
    count = round(1.0 / length)
    heard = b""
    for beat in range(1, 60):
        for number in range(1, count + 1):
            if (beat - 1) * 0.02 < number * length <= beat * 0.02 + 1e-9:
                buffer.put(packet(number, size=size), "PCMU", number * length)
        frame = buffer.next(beat * 0.02)
        heard += frame.payload if frame is not None else b""

    assert b"".join(packet(number, size=size).payload for number in range(1, count + 1)) in heard


def test_a_new_codec_takes_over_what_waits() -> None:
    buffer = JitterBuffer()
    for number in (1, 2):
        buffer.put(packet(number)._replace(payload=b"\x00" * 160), "PCMU", 0.02 * number)
    buffer.put(packet(3)._replace(payload=b"\x2a" * 160), "PCMA", 0.06)
    frames = [buffer.next(0.02 * beat) for beat in range(3, 6)]

    assert [(frame.codec, frame.payload[0]) for frame in frames if frame] == [("PCMA", 0x2A)] * 3


def test_a_flood_of_tiny_packets_has_its_bound() -> None:
    buffer = JitterBuffer()
    buffer.put(packet(1), "PCMU", 0.0)
    for number in range(2000):
        buffer.put(RtpPacket(0, False, 1, START + 320 + number, 7, b"\x01"), "PCMU", 0.0)

    assert buffer.held <= (MOST_PACKETS + 159) / 8000
    assert buffer.dropped > 1900


@given(
    st.lists(
        st.tuples(
            st.floats(0.0, 2.0),
            st.integers(0, 120),
            st.sampled_from([7, 7, 7, 8]),
            st.sampled_from([1, 80, 160, 480, 1400]),
            st.booleans(),
        ),
        max_size=120,
    )
)
def test_whatever_comes_frames_are_whole_and_little_is_held(
    packets: list[tuple[float, int, int, int, bool]],
) -> None:
    play([(at, packet(n, ssrc=ssrc, size=size, marker=mark)) for at, n, ssrc, size, mark in packets], 2.4)


@given(
    st.lists(st.floats(0.0, 0.019), min_size=60, max_size=60),
    st.sets(st.integers(0, 59)),
    st.sets(st.integers(1, 58)),
)
def test_a_little_jitter_loses_and_doubles_nothing(
    late: list[float], doubled: set[int], lost: set[int]
) -> None:
    arrivals: list[Arrival] = []
    for number, extra in enumerate(late):
        if number not in lost:
            arrivals += [(0.02 + 0.02 * number + extra, packet(number))] * (2 if number in doubled else 1)
    buffer = JitterBuffer(shortest=0.06, longest=0.06)
    frames = play(arrivals, 2.0, buffer)
    first = frames.index(1)
    kept = [frames[first + number] for number in range(60) if number not in lost]

    assert buffer.late == 0
    assert kept == [number + 1 for number in range(60) if number not in lost]


@pytest.mark.parametrize("phase", [0.0, 0.003, 0.01, 0.017, 0.0195])
def test_packets_of_20_ms_go_out_whole_and_at_the_first_beat_at_which_a_part_of_them_would(
    phase: float,
) -> None:
    buffer = JitterBuffer(0.02)
    sent: dict[bytes, float] = {}
    waits: list[float] = []
    for number in range(1, 101):
        at = 0.02 * number
        frame = buffer.next(at)
        if frame is not None and frame.payload in sent:
            waits.append(at - sent[frame.payload])
        came = packet(number)
        buffer.put(came, "PCMU", at + phase)
        sent[came.payload] = at + phase

    assert len(waits) >= 97
    # Where less than a millisecond would be left, one frame more is waited for.
    assert waits[-1] == pytest.approx(0.02 - phase if phase < 0.019 else 0.0205)
    assert buffer.late == 0


def test_packets_that_become_longer_than_20_ms_are_heard_without_a_gap_soon_after() -> None:
    buffer = JitterBuffer(0.02)
    short = [(0.02 * n + 0.005, packet(n)._replace(payload=b"\x01" * 160)) for n in range(1, 11)]
    begin = (START + 10 * 160 + 160) & 0xFFFF_FFFF
    long = [
        (
            0.205 + 0.03 * n,
            RtpPacket(0, False, 10 + n, (begin + 240 * (n - 1)) & 0xFFFF_FFFF, 7, b"\x02" * 240),
        )
        for n in range(1, 101)
    ]
    waiting = [*short, *long]
    frames = []
    for beat in range(1, 155):
        while waiting and waiting[0][0] <= 0.02 * beat:
            at, each = waiting.pop(0)
            buffer.put(each, "PCMU", at)
        frames.append(buffer.next(0.02 * beat))

    assert {each.payload for each in frames[40:] if each} == {b"\x02" * 160}
    assert None not in frames[40:]
