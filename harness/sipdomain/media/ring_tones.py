"""What a caller hears while a phone rings, by country (ITU-T E.180 supplement 2)."""

from __future__ import annotations

import math
from array import array
from functools import lru_cache
from typing import Final, NamedTuple

from sipdomain.media.prompts import AudioFile
from sipdomain.media.recording import wav

_RATE: Final = 8_000
_AMPLITUDE: Final = 5_000


class Tone(NamedTuple):
    """A ringing tone.

    Attributes:
        pitches: What sounds at once, in hertz.
        cadence: Sound and silence by turns, in seconds.
    """

    pitches: tuple[int, ...]
    cadence: tuple[float, ...]


_EUROPE: Final = Tone((425,), (1.0, 4.0))
_DOUBLE: Final = (0.4, 0.2, 0.4, 2.0)

RING_TONES: Final = {
    "at": Tone((420,), (1.0, 5.0)),
    "au": Tone((400, 425), _DOUBLE),
    "bg": _EUROPE,
    "br": _EUROPE,
    "be": Tone((425,), (1.0, 3.0)),
    "ch": _EUROPE,
    "cl": Tone((400,), (1.0, 3.0)),
    "cn": Tone((450,), (1.0, 4.0)),
    "cz": _EUROPE,
    "de": _EUROPE,
    "dk": _EUROPE,
    "ee": _EUROPE,
    "es": Tone((425,), (1.5, 3.0)),
    "fi": _EUROPE,
    "fr": Tone((440,), (1.5, 3.5)),
    "gr": Tone((425,), (1.0, 4.0)),
    "hu": Tone((425,), (1.25, 3.75)),
    "il": Tone((400,), (1.0, 3.0)),
    "in": Tone((400, 425), _DOUBLE),
    "it": _EUROPE,
    "lt": _EUROPE,
    "jp": Tone((400, 420), (1.0, 2.0)),
    "mx": _EUROPE,
    "my": Tone((425,), _DOUBLE),
    "nl": _EUROPE,
    "no": _EUROPE,
    "nz": Tone((400, 450), _DOUBLE),
    "ph": Tone((420, 480), (1.0, 4.0)),
    "pl": _EUROPE,
    "pt": Tone((425,), (1.0, 5.0)),
    "ru": Tone((425,), (0.8, 3.2)),
    "se": Tone((425,), (1.0, 5.0)),
    "sg": Tone((400, 425), _DOUBLE),
    "th": Tone((400,), (1.0, 4.0)),
    "uk": Tone((400, 450), _DOUBLE),
    "us": Tone((440, 480), (2.0, 4.0)),
    "us-old": Tone((420, 460), (2.0, 4.0)),
    "tw": Tone((440, 480), (1.0, 2.0)),
    "ve": _EUROPE,
    "za": Tone((400, 425), _DOUBLE),
}
"""By the words of the attribute `ringTone` (https://www.twilio.com/docs/voice/twiml/dial#ringtone)."""


@lru_cache(maxsize=len(RING_TONES))
def ring_tone(country: str) -> AudioFile:
    """Return one period of a country's ringing tone, which can be played over and over.

    Raises:
        KeyError: The country is not in `RING_TONES`.
    """
    tone = RING_TONES[country]
    step = math.gcd(_RATE, *tone.pitches)
    wave = array(
        "h",
        (
            int(_AMPLITUDE * sum(math.sin(2 * math.pi * pitch * at / _RATE) for pitch in tone.pitches) / len(tone.pitches))
            for at in range(_RATE // step)
        ),
    )  # fmt: skip
    samples = array("h")
    for place, duration in enumerate(tone.cadence):
        count = round(duration * _RATE)
        if place % 2:
            samples.frombytes(bytes(2 * count))
        else:
            samples.extend((wave * (count // len(wave) + 1))[:count])
    return AudioFile(wav(samples.tobytes(), 1), "audio/x-wav")
