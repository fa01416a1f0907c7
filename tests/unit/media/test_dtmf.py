"""Keys as RFC 4733 events: what is sent, and what is understood of what arrives."""

from __future__ import annotations

import pytest

from sipdomain.errors import MediaError, RemoteProtocolError
from sipdomain.media.dtmf import DtmfReceiver, KeyPacket, Pressed, key_packets


def test_a_key_is_sent_every_20_ms_and_its_end_three_times() -> None:
    assert key_packets("5", duration=0.06, gap=0.1) == [
        KeyPacket(0, 0, True, bytes.fromhex("050a00a0")),
        KeyPacket(1, 0, False, bytes.fromhex("050a0140")),
        KeyPacket(2, 0, False, bytes.fromhex("058a01e0")),
        KeyPacket(3, 0, False, bytes.fromhex("058a01e0")),
        KeyPacket(4, 0, False, bytes.fromhex("058a01e0")),
    ]


@pytest.mark.parametrize(("gap", "second"), [(0.1, 8), (0.0, 6), (0.5, 28)])
def test_the_next_key_comes_after_the_gap_and_after_the_repeated_end(gap: float, second: int) -> None:
    packets = key_packets("12", duration=0.06, gap=gap)

    assert [(packet.tick, packet.timestamp) for packet in packets if packet.marker] == [
        (0, 0),
        (second, second * 160),
    ]


@pytest.mark.parametrize(("key", "code"), [("0", 0), ("9", 9), ("*", 10), ("#", 11), ("A", 12), ("D", 15)])
def test_each_key_has_its_code(key: str, code: int) -> None:
    assert key_packets(key, 0.1, 0.1)[0].payload[0] == code


@pytest.mark.parametrize(
    ("keys", "duration", "reason"),
    [
        ("1x", 0.1, "not a key: 'x'"),
        ("w", 0.1, "not a key: 'w'"),
        ("1", 0.02, "cannot be held for 0.02 s"),
        ("1", 9.0, "cannot be held for 9.0 s"),
        ("1" * 129, 0.1, "129 keys; at most 128"),
    ],
)
def test_what_cannot_be_pressed_is_refused(keys: str, duration: float, reason: str) -> None:
    with pytest.raises(MediaError, match=reason):
        key_packets(keys, duration, 0.1)


def heard(*packets: tuple[int, str, bool], until: float = 0.0) -> list[Pressed]:
    """Return what a receiver makes of packets 20 ms apart: timestamp, payload in hex, marker."""
    receiver = DtmfReceiver()
    pressed: list[Pressed] = []
    for number, (timestamp, payload, marker) in enumerate(packets):
        pressed += receiver.take(timestamp, bytes.fromhex(payload), marker=marker, now=number * 0.02)
    return pressed + receiver.idle(until)


START = (800, "050a00a0", True)
MIDDLE = (800, "050a0140", False)
END = (800, "058a01e0", False)
NEXT_START = (4000, "050a00a0", True)
NEXT_END = (4000, "058a0140", False)


@pytest.mark.parametrize(
    ("packets", "until", "durations"),
    [
        ([START, MIDDLE, END, END, END], 9.0, [0.06]),
        ([END], 9.0, [0.06]),
        ([START], 0.05, []),
        ([START], 0.11, [0.02]),
        ([START, MIDDLE], 9.0, [0.04]),
        ([START, END, NEXT_START, NEXT_END], 9.0, [0.06, 0.04]),
        ([START, MIDDLE, NEXT_START, NEXT_END], 9.0, [0.04, 0.04]),
        ([START, END, NEXT_START, NEXT_END, END], 9.0, [0.06, 0.04]),
        ([START, END, MIDDLE, START], 9.0, [0.06]),
        ([MIDDLE, START, END], 9.0, [0.06]),
        # Flash (event 16) is no key.
        ([(800, "10 8a 0140", True)], 9.0, []),
    ],
    ids=["whole", "only an end", "no end yet", "no end ever", "end lost", "twice", "end lost, then again",
         "late repetition", "out of order after the end", "out of order", "flash"],
)  # fmt: skip
def test_a_key_is_reported_once(
    packets: list[tuple[int, str, bool]], until: float, durations: list[float]
) -> None:
    assert heard(*packets, until=until) == [Pressed("5", duration) for duration in durations]


def test_a_key_held_past_eight_seconds_is_one_key_in_two_segments() -> None:
    first, second = (0, "01 0a ffff", True), (65_535, "01 8a 1f40", False)

    assert heard(first, second) == [Pressed("1", (65_535 + 8000) / 8000)]


def test_timestamps_may_go_round_between_two_keys() -> None:
    assert heard((0xFFFF_FFF0, "018a0320", True), (800, "028a0320", True)) == [
        Pressed("1", 0.1),
        Pressed("2", 0.1),
    ]


def test_a_cut_event_is_refused() -> None:
    with pytest.raises(RemoteProtocolError, match="a telephone-event of 3 bytes"):
        DtmfReceiver().take(0, b"\x01\x0a\x00", marker=True, now=0.0)
