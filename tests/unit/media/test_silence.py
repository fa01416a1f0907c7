"""Silence, measured frame by frame."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from sipdomain.media import g711
from sipdomain.media.silence import SilenceMeter


def sound(seconds: float, amplitude: int, codec: str = "PCMU") -> bytes:
    """Return a tone of 500 Hz."""
    table = g711.encoding(codec)
    samples = (round(math.sin(math.pi * number / 8) * amplitude) for number in range(round(seconds * 8000)))
    return bytes(table[each & 0xFFFF] for each in samples)


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
@pytest.mark.parametrize(
    ("amplitude", "silence"),
    [(0, 1.0), (100, 1.0), (400, 0.0), (20_000, 0.0)],
    ids=["none", "hiss", "low", "loud"],
)
def test_what_is_loud_enough_is_a_voice(codec: str, amplitude: int, silence: float) -> None:
    meter = SilenceMeter()
    meter.take(sound(1.0, amplitude, codec), codec)
    assert meter.silence == pytest.approx(silence)


@pytest.mark.rule("record-energy")
def test_a_click_leaves_the_silence_as_it_is_and_two_loud_frames_end_it() -> None:
    meter = SilenceMeter()
    for part in (sound(0.5, 0), sound(0.02, 9000), sound(0.5, 0)):
        meter.take(part, "PCMU")
    assert meter.silence == pytest.approx(1.02)
    meter.take(sound(0.04, 9000), "PCMU")
    assert meter.silence == 0.0
    meter.take_silence(0.3)
    assert meter.silence == pytest.approx(0.3)


@given(st.lists(st.sampled_from([40, 80, 160, 240, 320]), min_size=1, max_size=40))
def test_silence_is_as_long_as_what_came_however_it_is_packed(sizes: list[int]) -> None:
    meter = SilenceMeter()
    for size in sizes:
        meter.take(b"\xff" * size, "PCMU")
    assert meter.silence == pytest.approx(sum(sizes) / 8000)


@given(st.integers(10, 60), st.integers(1, 100))
def test_silence_counts_from_the_end_of_the_voice(voice: int, quiet: int) -> None:
    meter = SilenceMeter()
    meter.take(sound(voice * 0.02, 9000) + sound(quiet * 0.02, 0), "PCMU")
    assert meter.silence == pytest.approx(quiet * 0.02)
