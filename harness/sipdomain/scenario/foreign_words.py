"""Words that an application of the user's says as audio: to know them, the emulator has to render them too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sipdomain.scenario.sounds import Sound
from sipdomain.scenario.step import OneStep, walk
from sipdomain.scenario.steps.expect import Expect


def words_to_know(steps: Sequence[OneStep]) -> Iterator[str]:
    """Yield the words that phones are to hear; not those that are known only while it is played."""
    for _, each in walk(steps):
        if isinstance(each.step, Expect):
            heard = each.step.heard
            sounds = heard if isinstance(heard, Sequence) and not isinstance(heard, str) else [heard]
            for sound in sounds:
                if isinstance(sound, Sound) and sound.say is not None and "${" not in sound.say:
                    yield sound.say
