"""Keys as tones: all that ITU-T Q.24 demands is heard, and what merely sounds is not."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings, strategies as st

from sipdomain.media import g711
from sipdomain.media.dtmf import KEYS, Pressed
from sipdomain.media.melodies import conference_beep, hold_music
from sipdomain.media.tone_detector import ToneDetector
from sipdomain.media.tones import DTMF, beep, keys, speech

Wave = npt.NDArray[np.float64]

LOUD = 5_000.0
"""The root mean square of -10 dBm."""


def tone(
    key: str, milliseconds: float, *, twist: float = 0.0, beside: float = 0.0, level: float = 3_000.0
) -> Wave:
    """Return a key's two tones; the high one is `twist` dB louder, both are `beside` (0.01 is 1 %) off their frequency."""
    moments = np.arange(round(milliseconds * 8)) / 8000
    low, high = (np.sin(2 * np.pi * each * (1 + beside) * moments) for each in DTMF[key])
    louder = 10 ** (twist / 20)
    return np.asarray(level * (low + louder * high) / max(1.0, louder))


def silence(milliseconds: float) -> Wave:
    return np.zeros(round(milliseconds * 8))


def noise(wave: Wave, below: float, seed: int) -> Wave:
    """Return a wave with white noise, so many dB below a tone of the usual level with its twist."""
    power = np.mean(wave[wave != 0.0] ** 2)
    return np.asarray(
        wave + np.random.default_rng(seed).normal(0, np.sqrt(power / 10 ** (below / 10)), len(wave))
    )


def at_level(wave: Wave) -> Wave:
    return np.asarray(wave * (LOUD / np.sqrt(np.mean(wave**2))))


def pressed(wave: Wave, *, codec: str = "PCMU", packet: int = 160) -> list[Pressed]:
    """Return the keys heard in a wave that came in packets."""
    samples = np.clip(wave, -32_768, 32_767).astype(np.int16)
    samples = g711.decode(g711.encode(samples, codec), codec)
    detector = ToneDetector()
    found = [
        each
        for start in range(0, len(samples), packet)
        for each in detector.take(samples[start : start + packet], start / 8000)
    ]
    return found + detector.idle(len(samples) / 8000 + 1)


def heard(wave: Wave, **how: object) -> str:
    return "".join(each.key for each in pressed(wave, **how))  # type: ignore[arg-type]


@pytest.mark.rule("keys-in-band")
@settings(max_examples=150, deadline=None)
@given(
    st.permutations(KEYS),
    st.floats(-6, 6),
    st.sampled_from(["PCMU", "PCMA"]),
    st.sampled_from([80, 160, 240, 320]),
    st.integers(0, 20),
    st.integers(0, 1_000_000),
)
def test_all_keys_are_heard_of_40_ms_each_with_twist_and_noise(
    order: list[str], twist: float, codec: str, packet: int, offset: int, seed: int
) -> None:
    wave = np.concatenate(
        [silence(offset), *(part for key in order for part in (tone(key, 40, twist=twist), silence(40)))]
    )
    assert heard(noise(wave, 10.0, seed), codec=codec, packet=packet) == "".join(order)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(KEYS), st.floats(-0.015, 0.015), st.floats(-6, 6), st.integers(0, 160))
def test_a_key_is_heard_that_is_up_to_one_and_a_half_percent_beside_its_frequencies(
    key: str, beside: float, twist: float, offset: int
) -> None:
    wave = np.concatenate([np.zeros(offset), tone(key, 50, beside=beside, twist=twist), silence(50)])
    assert heard(wave) == key


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("beside", [-0.035, 0.035])
def test_a_key_three_and_a_half_percent_beside_its_frequencies_is_none(key: str, beside: float) -> None:
    assert heard(np.concatenate([tone(key, 200, beside=beside), silence(50)])) == ""


@pytest.mark.parametrize("key", KEYS)
def test_a_tone_of_20_ms_is_none_and_a_gap_of_10_ms_is_no_pause(key: str) -> None:
    for offset in range(0, 160, 16):
        begin = np.zeros(offset)
        assert heard(np.concatenate([begin, tone(key, 20), silence(60)])) == ""
        assert heard(np.concatenate([begin, tone(key, 50), silence(10), tone(key, 50), silence(60)])) == key


@pytest.mark.parametrize(
    ("twist", "level", "found"),
    [(9.5, 3_000.0, ""), (-9.5, 3_000.0, ""), (0.0, 60.0, ""), (0.0, 160.0, "5"), (0.0, 15_000.0, "5")],
)
def test_a_tone_that_is_too_uneven_or_too_faint_is_none(twist: float, level: float, found: str) -> None:
    assert heard(np.concatenate([tone("5", 100, twist=twist, level=level), silence(60)])) == found


def test_a_key_lasts_as_long_as_it_sounds_and_is_reported_when_it_ends() -> None:
    wave = np.concatenate(
        [silence(20), tone("5", 500), silence(40), tone("6", 40), tone("7", 60), silence(60)]
    )
    assert [(each.key, round(each.duration, 1)) for each in pressed(wave)] == [
        ("5", 0.5),
        ("6", 0.0),
        ("7", 0.1),
    ]


def test_a_key_whose_end_is_missed_is_reported_after_a_tenth_of_a_second() -> None:
    detector = ToneDetector()
    assert detector.take(tone("5", 100).astype(np.int16), 1.0) == []
    assert detector.waiting
    assert detector.idle(1.05) == []
    assert [each.key for each in detector.idle(1.11)] == ["5"]
    assert (detector.waiting, detector.idle(9.0)) == (False, [])


# --- what is no key --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_no_key_is_heard_in_noise(seed: int) -> None:
    white = np.random.default_rng(seed).normal(0, LOUD, 8_000 * 30)
    pink = np.cumsum(white - white.mean())
    assert heard(white) == heard(at_level(pink - np.convolve(pink, np.ones(400) / 400, "same"))) == ""


@pytest.mark.parametrize("seed", range(4))
def test_no_key_is_heard_in_music(seed: int) -> None:
    draw = np.random.default_rng(seed)
    moments = np.arange(2_000) / 8000
    beats = []
    for _ in range(120):
        pitches = 440 * 2 ** ((draw.choice(np.arange(40, 90), 4, replace=False) - 69) / 12)
        partials = [(pitch * part, part) for pitch in pitches for part in range(1, 6) if pitch * part < 3_800]
        beats.append(
            sum(np.sin(2 * np.pi * pitch * moments) / part for pitch, part in partials) * np.exp(-3 * moments)
        )
    assert heard(at_level(np.concatenate(beats))) == ""


@pytest.mark.parametrize("seed", range(6))
def test_no_key_is_heard_in_vowels(seed: int) -> None:
    """The harmonics of a pitch that glides, through two formants of 100 Hz that glide and two that stand."""
    draw = np.random.default_rng(seed)
    parts = []
    for _ in range(100):
        count = 1_600
        pitch, first, second = (
            np.linspace(draw.uniform(low, high), draw.uniform(low, high), count)
            for low, high in ((80, 320), (300, 1_000), (900, 2_400))
        )
        phase = 2 * np.pi * np.cumsum(pitch) / 8000
        voice = np.zeros(count)
        for harmonic in range(1, 25):
            at = pitch * harmonic
            formants = ((first, 1.0), (second, 0.6), (2_600, 0.3), (3_400, 0.2))
            gain = sum(level / np.sqrt(1 + ((at - formant) / 50) ** 2) for formant, level in formants)
            voice += gain * np.sin(harmonic * phase) * (at < 3_800)
        parts += [voice * np.hanning(count), np.zeros(int(draw.integers(0, 800)))]
    assert heard(at_level(np.concatenate(parts))) == ""


@settings(max_examples=40, deadline=None)
@given(st.text("abcdefghijklmnopqrstuvwxyz ,.!0123456789", min_size=5, max_size=80))
def test_no_key_is_heard_in_the_tone_voice(words: str) -> None:
    wave = speech(words).astype(np.float64)
    assert heard(at_level(wave) if wave.any() else wave) == ""


def test_no_key_is_heard_in_our_beeps_and_our_music() -> None:
    for file in (hold_music(), conference_beep(enters=True), conference_beep(enters=False)):
        assert heard(at_level(np.frombuffer(file.data[44:], np.int16).astype(np.float64))) == ""
    assert heard(at_level(beep().astype(np.float64))) == ""


def test_our_own_tones_are_heard() -> None:
    assert heard(keys("".join(KEYS)).astype(np.float64)) == KEYS
