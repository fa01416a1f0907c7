"""A voice for bots where nobody gives them one: a tone for each word, as mu-law audio."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final
from zlib import crc32

RATE: Final = 8000
_WORD: Final = 0.3
_GAP: Final = 0.05


def tones(text: str) -> bytes:
    """Return a tone for each word, of a pitch that the word decides."""
    return b"".join(_tone(word.lower()) for word in text.split())


@lru_cache(maxsize=256)
def _tone(word: str) -> bytes:
    pitch = 300 + crc32(word.encode()) % 1200
    step = 2 * math.pi * pitch / RATE
    loud = bytes(_mu_law(round(8000 * math.sin(step * each))) for each in range(round(_WORD * RATE)))
    return loud + b"\xff" * round(_GAP * RATE)


def _mu_law(sample: int) -> int:
    """Return the code of a 16-bit sample (ITU-T G.711)."""
    sign, size = (0x80, -sample) if sample < 0 else (0, sample)
    size = min(size, 32635) + 132
    exponent = max(size.bit_length() - 8, 0)
    return ~(sign | exponent << 4 | size >> (exponent + 3) & 0x0F) & 0xFF
