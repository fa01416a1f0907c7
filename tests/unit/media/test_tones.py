"""The tone voice, and DTMF."""

from __future__ import annotations

import numpy as np
import pytest

from sipdomain.errors import MediaError
from sipdomain.media import tones
from sipdomain.media.match import find


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("", 0.0),
        (" \n ", 0.0),
        ("a", 0.2),
        ("Goodbye.", 0.86),
        ("Welcome to Acme", 0.98),
        ("  Welcome   to\nAcme ", 0.98),
        ("Your code is 4711.", 2.64),
    ],
)
def test_a_text_lasts_as_long_as_its_letters(text: str, duration: float) -> None:
    assert tones.speech_duration(text) == duration
    assert len(tones.speech(text)) == round(duration * 8000)


def test_a_text_sounds_the_same_each_time_however_it_is_laid_out() -> None:
    assert np.array_equal(tones.speech("Press one."), tones.speech("  Press \n one. "))


def test_texts_that_differ_in_a_letter_sound_different_throughout() -> None:
    match = find(tones.speech("Press 1 to speak to sales."), tones.speech("Press 2 to speak to sales."))

    assert match.correlation < 0.4


def test_the_voice_is_loud_and_never_clips() -> None:
    samples = tones.speech("The quick brown fox jumps over the lazy dog.")

    assert 8_000 < np.abs(samples.astype(int)).max() < 16_000


@pytest.mark.parametrize(
    ("digits", "duration"), [("", 0.0), ("1", 0.2), ("w", 0.5), ("W", 1.0), ("ww12W#", 2.6), ("0123456789*#ABCD", 3.2)]
)  # fmt: skip
def test_keys_last_as_long_as_their_tones_and_pauses(digits: str, duration: float) -> None:
    assert tones.keys_duration(digits) == duration
    assert len(tones.keys(digits)) == round(duration * 8000)


@pytest.mark.parametrize(
    ("key", "low", "high"), [("1", 697, 1209), ("6", 770, 1477), ("#", 941, 1477), ("0", 941, 1336), ("D", 941, 1633)]
)  # fmt: skip
def test_a_key_sounds_at_its_two_frequencies(key: str, low: int, high: int) -> None:
    power = np.abs(np.fft.rfft(tones.keys(key)[:800].astype(float) * np.hanning(800)))
    loudest = sorted(np.argsort(power)[-6:] * 10)

    assert min(abs(frequency - low) for frequency in loudest) <= 10
    assert min(abs(frequency - high) for frequency in loudest) <= 10
    assert all(min(abs(frequency - low), abs(frequency - high)) <= 20 for frequency in loudest)


@pytest.mark.parametrize("digits", ["12x", "1 2", "+", "e"])
def test_what_is_no_key_is_refused_by_name(digits: str) -> None:
    with pytest.raises(MediaError, match="not a DTMF key"):
        tones.keys(digits)
