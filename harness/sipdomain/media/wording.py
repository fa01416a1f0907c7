"""Which words of a sentence were heard: by its sound where the rendering is known, and compared word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sipdomain.media import g711
from sipdomain.media.match import pieces
from sipdomain.media.script import words_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

ALIKE: Final = 0.7
"""How much a piece of 0.3 s must be alike: half of it heard makes that much; another word makes 0.39 or less."""
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def plain(text: str) -> list[str]:
    """Return the words of a text without case and stops."""
    return [each.casefold() for each in _WORD.findall(text)]


def in_common(wanted: Sequence[str], got: Sequence[str]) -> int:
    """Return how many of the wanted words are among others in their order: the longest common subsequence."""
    row = [0] * (len(got) + 1)
    for word in wanted:
        before = 0
        for at, other in enumerate(got, 1):
            before, row[at] = row[at], before + 1 if word == other else max(row[at], row[at - 1])
    return row[-1]


def words_heard(heard: Samples, text: str, rendering: Samples) -> tuple[list[str], float]:
    """Return the words of a text whose rendering was heard, and where they end in what was heard, in seconds.

    Where a word stands in a rendering is known to some tenths of a second.

    Args:
        heard: 16-bit samples at 8 kHz.
        text: The text.
        rendering: How it sounds, likewise.
    """
    offset, found = pieces(heard, rendering)
    words, end = [], 0.0
    for word in words_of(text, len(rendering) / g711.RATE):
        alike = other = 0.0
        for piece in found:
            both = min(piece.end, word.ended_at) - max(piece.begin, word.began_at)
            if both > 0 and piece.fit >= ALIKE:
                alike += both
            elif both > 0:
                other += both
        if alike > other:
            words += plain(word.text)
            end = offset + word.ended_at
    return words, end
