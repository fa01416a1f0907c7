"""Sounds of our own: the music that waiting callers hear, and the beeps of a conference."""

from __future__ import annotations

import math
from array import array
from functools import lru_cache
from typing import Final

from sipdomain.media.prompts import AudioFile
from sipdomain.media.recording import wav

_RATE: Final = 8_000
_AMPLITUDE: Final = 6_000
_TUNE: Final = (30, 24, 20, 15, 20, 24, 27, 20, 18, 27, 18, 20, 30, 24, 20, 24)
"""The notes by their periods in samples: a major scale on 267 Hz in just intonation, each half a second long."""
_NOTE: Final = 0.5
_ENTER: Final = (10, 8)
_EXIT: Final = (8, 10)
_BEEP: Final = 0.15


@lru_cache(maxsize=1)
def hold_music() -> AudioFile:
    """Return eight seconds of music that can be played over and over."""
    return _audio(_TUNE, _NOTE)


@lru_cache(maxsize=2)
def conference_beep(*, enters: bool) -> AudioFile:
    """Return the two tones that say that somebody enters (800 and 1,000 Hz), or leaves (the other way round)."""
    return _audio(_ENTER if enters else _EXIT, _BEEP)


def _audio(periods: tuple[int, ...], duration: float) -> AudioFile:
    samples = array("h")
    for period in periods:
        samples.extend(_note(period, duration))
    return AudioFile(wav(samples.tobytes(), 1), "audio/x-wav")


def _note(period: int, duration: float) -> array[int]:
    """Return a note that fades, period by period."""
    wave = [math.sin(2 * math.pi * place / period) for place in range(period)]
    count = int(duration * _RATE) // period
    note = array("h")
    for turn in range(count):
        loud = _AMPLITUDE * min(1.0, (turn + 1) / 4) * (1.0 - turn / count)
        note.extend(int(loud * sample) for sample in wave)
    return note
