"""Noise without words, as a cough, a street or a radio makes it on a line: the same every time."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sipdomain.media import g711

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

LONGEST: Final = 60.0
"""Seconds."""
_LOUD: Final = 2600
"""The largest sample: a root mean square of 1,500, as that of a voice."""


@lru_cache(maxsize=16)
def noise(duration: float) -> bytes:
    """Return white noise of so many seconds, in mu-law at 8 kHz."""
    draw = random.Random("noise")
    levels = g711.encode(_samples(draw), "PCMU")
    count = round(duration * g711.RATE)
    return (levels * (count // len(levels) + 1))[:count]


def _samples(draw: random.Random) -> npt.NDArray[np.int16]:
    """Return a second of it."""
    import numpy as np

    return np.array([draw.randint(-_LOUD, _LOUD) for _ in range(g711.RATE)], np.int16)
