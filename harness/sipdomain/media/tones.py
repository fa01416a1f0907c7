"""The tone voice: each text its own little melody, as long as a person would need to say it; and DTMF tones.

It stands in where no speech engine is installed, and in virtual time. How long a prompt lasts is plain arithmetic,
without making a sound.
"""

from __future__ import annotations

import math
import random
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sipdomain.errors import MediaError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

_RATE: Final = 8000
_FRAME: Final = 0.02
_LETTER: Final = 0.065
"""Seconds for a letter: 15 characters a second with the spaces, a calm speaker of English."""
_CHARACTERS: Final = {" ": 0.06, ",": 0.2, ";": 0.3, ":": 0.3, ".": 0.4, "!": 0.4, "?": 0.4} | dict.fromkeys("0123456789", 0.35)  # fmt: skip # noqa: E501 - one table
_QUIET: Final = frozenset(" ,;:.!?")
_SHORTEST: Final = 0.2
_NOTE: Final = 0.13
_AMPLITUDE: Final = 11_000
_EDGE: Final = 0.005

_BEEP: Final = 0.4
_BEEP_PITCH: Final = 1000

ROWS: Final = (697, 770, 852, 941)
COLUMNS: Final = (1209, 1336, 1477, 1633)
DTMF: Final = {
    key: (row, column)
    for row, keys in zip(ROWS, ("123A", "456B", "789C", "*0#D"), strict=True)
    for column, key in zip(COLUMNS, keys, strict=True)
}
"""The low and the high frequency of each key, in hertz (ITU-T Q.23)."""
_KEY: Final = 0.1
_KEY_GAP: Final = 0.1
_WAITS: Final = {"w": 0.5, "W": 1.0}


def spoken(text: str) -> str:
    """Return a text as a voice reads it: white space does not matter."""
    return " ".join(text.split())


def letters_duration(text: str) -> float:
    """Return how long a calm speaker needs for these characters, in seconds, pauses at stops included."""
    return math.fsum(_CHARACTERS.get(character, _LETTER) for character in text)


def speech_duration(text: str) -> float:
    """Return how long the tone voice needs for a text, in seconds; a whole number of 20 ms frames."""
    duration = letters_duration(spoken(text))
    if duration == 0.0:
        return 0.0
    return round(math.ceil(max(duration, _SHORTEST) / _FRAME - 1e-9) * _FRAME, 2)


def speech(text: str) -> Samples:
    """Render a text: gliding notes where it has words, silence where it has stops.

    The notes are drawn from the whole text, so texts that differ in one letter sound different throughout.

    Returns:
        16-bit samples at 8 kHz.
    """
    import numpy as np

    text = spoken(text)
    samples = np.zeros(round(speech_duration(text) * _RATE), np.int16)
    draw = random.Random(text)
    at = 0.0
    for sounding, duration in _stretches(text):
        if sounding:
            count = max(1, round(duration / _NOTE))
            marks = [round((at + duration * part / count) * _RATE) for part in range(count + 1)]
            for start, end in pairwise(marks):
                samples[start:end] = _glide(end - start, draw.uniform(350, 2900), draw.uniform(350, 2900))
        at += duration
    return samples


def _stretches(text: str) -> list[tuple[bool, float]]:
    """Return sound and silence by turns, with their durations."""
    found: list[tuple[bool, float]] = []
    for character in text:
        sounding = character not in _QUIET
        duration = _CHARACTERS.get(character, _LETTER)
        if found and found[-1][0] == sounding:
            duration += found.pop()[1]
        found.append((sounding, duration))
    return found


def _glide(count: int, first: float, last: float) -> Samples:
    import numpy as np

    moments = np.arange(count) / _RATE
    sweep = (last - first) / (2 * max(count, 1) / _RATE)
    wave = np.sin(2 * np.pi * (first + sweep * moments) * moments) * _envelope(count)
    return (wave * _AMPLITUDE).astype(np.int16)


def _envelope(count: int) -> npt.NDArray[np.float64]:
    """Return a gain that rises and falls in 5 ms, so that nothing clicks."""
    import numpy as np

    ramp = np.arange(count) / (_EDGE * _RATE)
    return np.minimum(1.0, np.minimum(ramp, ramp[::-1]))


def beep_duration() -> float:
    """Return how long the tone lasts after which a recording begins, in seconds."""
    return _BEEP


def beep() -> Samples:
    """Render the tone after which a recording begins: 1 kHz.

    Returns:
        16-bit samples at 8 kHz.
    """
    import numpy as np

    count = round(_BEEP * _RATE)
    wave = np.sin(2 * np.pi * _BEEP_PITCH * np.arange(count) / _RATE) * _envelope(count)
    return (wave * _AMPLITUDE).astype(np.int16)


def keys_duration(digits: str) -> float:
    """Return how long DTMF tones last: 0.1 s a key and 0.1 s after it; w is 0.5 s and W is 1 s of silence.

    Raises:
        MediaError: A character is not a key.
    """
    for digit in digits:
        if digit not in DTMF and digit not in _WAITS:
            raise MediaError(f"not a DTMF key: {digit!r}; the keys are 0-9, A-D, # and *, and w or W to wait")
    return round(math.fsum(_WAITS.get(digit, _KEY + _KEY_GAP) for digit in digits), 2)


def keys(digits: str) -> Samples:
    """Render DTMF tones.

    Returns:
        16-bit samples at 8 kHz.

    Raises:
        MediaError: A character is not a key.
    """
    import numpy as np

    samples = np.zeros(round(keys_duration(digits) * _RATE), np.int16)
    moments = np.arange(round(_KEY * _RATE)) / _RATE
    at = 0
    for digit in digits:
        if digit in DTMF:
            low, high = DTMF[digit]
            wave = np.sin(2 * np.pi * low * moments) + np.sin(2 * np.pi * high * moments)
            shaped = wave * _envelope(len(moments)) * (_AMPLITUDE / 2)
            samples[at : at + len(moments)] = shaped.astype(np.int16)
        at += round(_WAITS.get(digit, _KEY + _KEY_GAP) * _RATE)
    return samples
