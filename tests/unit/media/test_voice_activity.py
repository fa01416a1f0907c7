"""When a voice begins and ends, found by its energy."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sipdomain.media import g711, tones
from sipdomain.media.voice_activity import VoiceActivity

if TYPE_CHECKING:
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

TEXT = "Good evening"


def noise(seconds: float, level: float, seed: int = 1) -> Samples:
    draw = np.random.default_rng(seed)
    return (draw.normal(0.0, level or 1e-9, round(seconds * 8000))).astype(np.int16)


def stretches(samples: Samples, codec: str = "PCMU", packet: int = 160) -> list[tuple[float, float]]:
    """Return from when until when a voice was heard, each time."""
    activity, found = VoiceActivity(), []
    audio = g711.encode(samples, codec)
    for start in range(0, len(audio), packet):
        before = activity.is_on
        activity.take(audio[start : start + packet], codec)
        if before and not activity.is_on and activity.began is not None and activity.ended is not None:
            found.append((activity.began, activity.ended))
    return found


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
@pytest.mark.parametrize("level", [0.0, 30.0, 120.0, 500.0])
@pytest.mark.parametrize("begin", [2.0, 2.013])
def test_begin_and_end_are_found_within_50_ms(codec: str, level: float, begin: float) -> None:
    said = tones.speech(TEXT)
    line = noise(begin + len(said) / 8000 + 1.5, level)
    at = round(begin * 8000)
    line[at : at + len(said)] += said
    ((began, ended),) = stretches(line, codec)
    assert began == pytest.approx(begin, abs=0.05)
    assert ended == pytest.approx(begin + len(said) / 8000, abs=0.05)


@pytest.mark.parametrize("noisy", [0.0, 30.0, 120.0])
@pytest.mark.parametrize("gain", [1.0, 0.3, 0.12])
@pytest.mark.parametrize("begin", [0.0, 0.02, 0.1, 0.513, 2.0])
def test_a_voice_is_found_within_50_ms_however_soon_and_softly_somebody_speaks(
    noisy: float, gain: float, begin: float
) -> None:
    said = (tones.speech(TEXT) * gain).astype(np.int16)
    line = noise(begin + len(said) / 8000 + 1.5, noisy)
    at = round(begin * 8000)
    line[at : at + len(said)] += said
    ((began, ended),) = stretches(line)
    assert began == pytest.approx(begin, abs=0.05)
    assert ended == pytest.approx(begin + len(said) / 8000, abs=0.05)


@pytest.mark.parametrize("gain", [0.03, 0.04, 0.07])
def test_a_soft_voice_in_the_first_frame_began_there_once_a_gap_has_told_the_noise(gain: float) -> None:
    said = np.concatenate([tones.speech("I do"), np.zeros(8000, np.int16)]) * gain
    ((began, ended),) = stretches(said.astype(np.int16))
    assert began == pytest.approx(0.0, abs=0.05)
    assert ended == pytest.approx(len(said) / 8000 - 1.0, abs=0.05)


def test_a_click_shortly_before_a_voice_is_no_part_of_it() -> None:
    said = np.concatenate([np.zeros(24_000, np.int16), tones.speech(TEXT), np.zeros(8000, np.int16)])
    said[23_050:23_150] = 20_000
    ((began, _),) = stretches(said)
    assert began == pytest.approx(3.0, abs=0.05)


@pytest.mark.parametrize("level", [30.0, 120.0, 250.0, 500.0])
def test_a_noise_that_is_there_from_the_begin_is_no_voice(level: float) -> None:
    assert stretches(noise(5.0, level)) == []


def test_a_pause_within_a_sentence_parts_two_stretches_and_the_gap_of_a_word_none() -> None:
    quiet = np.zeros(8000, np.int16)
    said = np.concatenate([quiet, tones.speech("Yes. Please do"), quiet])
    assert len(stretches(said)) == 2
    said = np.concatenate([quiet, tones.speech("Please do that"), quiet])
    assert len(stretches(said)) == 1


def test_a_click_and_a_steady_noise_are_no_voice() -> None:
    click = np.zeros(16_000, np.int16)
    click[8000:8100] = 20_000
    assert stretches(click) == []
    draw = random.Random(1)
    hiss = noise(10.0, 700.0, draw.randrange(100))
    assert [each for each in stretches(np.concatenate([noise(3.0, 0.0), hiss])) if each[1] > 6.0] == []


def test_packets_of_any_length_are_taken() -> None:
    said = np.concatenate([np.zeros(8000, np.int16), tones.speech(TEXT), np.zeros(8000, np.int16)])
    assert stretches(said, packet=240) == stretches(said)


def test_what_does_not_come_is_silence() -> None:
    activity = VoiceActivity()
    activity.take(bytes([0xFF]) * 1600 + g711.encode(tones.speech(TEXT), "PCMU"), "PCMU")
    assert activity.ended is None
    activity.pass_over(3.0)
    assert activity.ended == pytest.approx(activity.position - 3.0, abs=0.05)
    assert activity.silence == pytest.approx(3.0, abs=0.05)
