"""What a caller hears while a phone rings."""

from __future__ import annotations

import pytest

from sipdomain.media.ring_tones import RING_TONES, ring_tone
from sipdomain.twiml.verbs.dial import COUNTRIES

HEADER = 44
RATE = 8_000


def test_there_is_a_tone_for_each_country_that_ring_tone_may_name() -> None:
    assert set(RING_TONES) == set(COUNTRIES)


@pytest.mark.parametrize(
    ("country", "sound", "period"), [("us", 2.0, 6.0), ("de", 1.0, 5.0), ("uk", 0.4, 3.0)]
)
def test_a_tone_sounds_and_is_silent_as_its_country_has_it(country: str, sound: float, period: float) -> None:
    samples = ring_tone(country).data[HEADER:]
    assert len(samples) == 2 * RATE * period
    first = samples[: round(2 * RATE * sound)]
    assert max(first) > 0
    assert samples[-2 * RATE :] == bytes(2 * RATE)
    assert samples[len(first) : len(first) + 2_000] == bytes(2_000)


def test_the_american_tone_is_of_440_and_480_hertz() -> None:
    import numpy as np

    samples = np.frombuffer(ring_tone("us").data[HEADER:], np.int16)[:RATE]
    strength = np.abs(np.fft.rfft(samples))
    assert sorted(int(each) for each in np.argsort(strength)[-2:]) == [440, 480]
