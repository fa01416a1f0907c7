"""What a session heard, whatever the network did to it."""

from __future__ import annotations

import pytest

from sipdomain.media.ear import Ear
from sipdomain.media.rtp import RtpPacket

LOUD, SOFT, SILENT = 20_860, -8_828, 0
A, B = b"\x8b" * 160, b"\x1e" * 160


def packet(timestamp: int, payload: bytes, ssrc: int = 1) -> RtpPacket:
    return RtpPacket(0, False, 0, timestamp % 2**32, ssrc, payload)


def blocks(ear: Ear) -> list[int]:
    """Return the first sample of each 20 ms."""
    return [int(sample) for sample in ear.samples()[::160]]


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        ([], []),
        ([(0, A), (160, B)], [LOUD, SOFT]),
        ([(0, A), (320, B)], [LOUD, SILENT, SOFT]),
        ([(0, A), (320, A), (160, B)], [LOUD, SOFT, LOUD]),
        ([(0, A), (160, B), (160, B)], [LOUD, SOFT]),
        ([(2**32 - 160, A), (0, B)], [LOUD, SOFT]),
        ([(160, A), (0, B)], [LOUD]),
    ],
    ids=[
        "nothing",
        "in order",
        "one lost",
        "out of order",
        "doubled",
        "timestamps go round",
        "before the first",
    ],
)
def test_packets_find_their_place(sent: list[tuple[int, bytes]], heard: list[int]) -> None:
    ear = Ear()
    for number, (timestamp, payload) in enumerate(sent):
        ear.take(packet(timestamp, payload), "PCMU", now=5.0 + number * 0.02)

    assert blocks(ear) == heard
    assert ear.duration == len(heard) * 0.02


def test_a_new_source_is_heard_after_the_old_one_and_not_before_its_time() -> None:
    ear = Ear()
    ear.take(packet(0, A), "PCMU", now=0.0)
    ear.take(packet(900_000, B, ssrc=2), "PCMU", now=0.06)
    ear.take(packet(900_160, A, ssrc=2), "PCMU", now=0.08)

    assert blocks(ear) == [LOUD, SILENT, SILENT, SOFT, LOUD]


def test_a_jump_of_the_timestamp_is_a_new_beginning() -> None:
    ear = Ear()
    ear.take(packet(0, A), "PCMU", now=0.0)
    ear.take(packet(2_000_000_000, B), "PCMU", now=0.02)

    assert blocks(ear) == [LOUD, SOFT]


def test_silence_of_a_long_hold_is_kept_by_the_clock() -> None:
    ear = Ear()
    ear.take(packet(0, A), "PCMU", now=0.0)
    ear.take(packet(8000 * 60, B), "PCMU", now=60.0)

    assert (ear.duration, blocks(ear)[-1]) == (60.02, SOFT)


def test_another_codec_in_the_middle_sounds_the_same() -> None:
    ear = Ear()
    ear.take(packet(0, A), "PCMU", now=0.0)
    ear.take(packet(160, b"\xa1" * 160), "PCMA", now=0.02)

    assert blocks(ear) == [LOUD, LOUD]


def test_what_comes_after_the_last_second_kept_is_let_go() -> None:
    ear = Ear(kept=1.0)
    for number in range(60):
        ear.take(packet(number * 160, A), "PCMU", now=number * 0.02)

    assert ear.duration == 1.0


def test_audio_whose_timestamps_stood_still_is_heard_when_it_came() -> None:
    ear = Ear()
    read = ear.reader()
    heard = b""
    for number in range(40):
        stalled = 0.54 if number >= 10 else 0.0
        ear.take(packet(number * 160, B if number >= 10 else A), "PCMU", now=5.0 + number * 0.02 + stalled)
        heard += read()

    assert blocks(ear) == [LOUD] * 10 + [SILENT] * 27 + [SOFT] * 30
    assert [heard[at] for at in range(0, len(heard), 160)] == [0x8B] * 10 + [0xFF] * 27 + [0x1E] * 30


def test_packets_that_were_held_up_and_come_all_at_once_keep_their_place() -> None:
    ear = Ear()
    read = ear.reader()
    for number in range(80):
        late = max(0.0, (40 - number) * 0.02) if number >= 15 else 0.0
        ear.take(packet(number * 160, A), "PCMU", now=number * 0.02 + late)

    assert blocks(ear) == [LOUD] * 80
    assert len(read()) == 80 * 160


def test_what_waits_to_be_placed_is_read_when_no_more_comes() -> None:
    ear = Ear()
    read = ear.reader()
    ear.take(packet(0, A), "PCMU", now=0.0)
    ear.take(packet(160, B), "PCMU", now=0.52)

    assert read() == A
    ear.settle()
    assert read() == B


def test_silence_is_left_out_where_audio_was_moved_too_far() -> None:
    ear = Ear()
    silence = b"\xff" * 160
    for number in range(120):
        busy = 0.2 if 10 <= number < 40 else 0.0
        ear.take(packet(number * 160, B if number >= 100 else silence), "PCMU", now=number * 0.02 + busy)

    # Under 60 ms remain.
    assert 100 <= blocks(ear).index(SOFT) <= 102
