"""When it is our turn to speak."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from sipdomain.runtime.worlds.conversation import has_fallen_silent

Samples = npt.NDArray[np.int16]


def voice(seconds: float) -> Samples:
    return np.full(round(seconds * 8000), 2000, np.int16)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * 8000), np.int16)


@pytest.mark.parametrize(
    ("heard", "silent"),
    [
        ([], False),
        ([silence(5)], False),
        ([voice(2)], False),
        ([voice(2), silence(0.98)], False),
        ([voice(2), silence(1)], True),
        ([silence(3), voice(0.02), silence(1)], True),
        ([voice(1), silence(1), voice(0.5)], False),
    ],
    ids=["nothing", "silence", "a voice", "a pause", "its end", "a short word", "a second sentence"],
)
def test_who_spoke_has_fallen_silent_after_a_second_without_a_voice(
    heard: list[Samples], *, silent: bool
) -> None:
    samples = np.concatenate([np.zeros(0, np.int16), *heard])
    assert has_fallen_silent(samples) is silent
