"""What the phone heard: words in the world's voice, a tone, silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.errors import MediaError
from harness.media.match import Match, find
from harness.scenario.expect.progress import spoken
from harness.scenario.expect.unmet import Unmet
from harness.scenario.stage import Stage
from harness.scenario.world import PhoneCall

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

RATE = 8000
# Two rounds through µ-law leave 0.99; another sentence of the same voice stays under 0.5.
SAME_WORDS = 0.8
# The worst 0.3 s of it: another word among the same ones, or an end that has not been heard yet, is near 0.
EVERY_WORD = 0.5
# µ-law's smallest steps are 8; comfort noise of a line stays under 50.
SILENCE_PEAK = 64
# A pure tone carries nearly all its energy in one place; speech under a third.
TONE_SHARE = 0.6
TONE_WINDOW = 1600


class Words:
    """Looks for a sentence in what was heard; looks again only when a tenth of a second more was heard."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._looked_at = -1
        self._best = Match(0.0, 0.0, 0.0)

    def look(self, stage: Stage, call: PhoneCall) -> Unmet | None:
        """Return None once the sentence was heard in full."""
        heard = stage.heard(call)
        more = len(heard) - self._looked_at
        if more >= RATE // 10 or (more > 0 and stage.is_over(call)):
            self._looked_at = len(heard)
            try:
                found = find(heard, stage.world.prompt_samples(self._text))
            except MediaError:  # the voice was never asked to say it
                found = Match(0.0, 0.0, 0.0)
            self._best = max(self._best, found, key=lambda match: (match.weakest, match.correlation))
        if self._best.correlation >= SAME_WORDS and self._best.weakest >= EVERY_WORD:
            return None
        alike = f"at best {self._best.correlation:.0%} alike, {self._best.weakest:.0%} in the worst place"
        got = f"{len(heard) / RATE:.1f} s of audio, {alike}"
        return Unmet("heard", f"the words “{self._text}”", got, spoken(stage, call))


def silence(stage: Stage, call: PhoneCall) -> Unmet | None:
    """Expect that the phone heard nothing at all."""
    heard = stage.heard(call)
    peak = int(abs(heard.astype("int32")).max()) if len(heard) else 0
    if peak < SILENCE_PEAK:
        return None
    return Unmet("heard", "silence", f"sound with a peak of {peak}", spoken(stage, call))


def tone(stage: Stage, call: PhoneCall, frequency: float) -> Unmet | None:
    """Expect a tone of one frequency, in hertz, for at least a fifth of a second."""
    heard = stage.heard(call)
    best = max(
        (
            tone_share(heard[start : start + TONE_WINDOW], frequency)
            for start in range(0, len(heard) - TONE_WINDOW + 1, TONE_WINDOW // 2)
        ),
        default=0.0,
    )
    if best >= TONE_SHARE:
        return None
    return Unmet(
        "heard", f"a tone of {frequency:g} Hz", f"at best {best:.0%} of the sound", spoken(stage, call)
    )


def tone_share(window: Samples, frequency: float) -> float:
    """Return which share of a stretch's energy lies within 20 Hz of a frequency, 0 to 1."""
    import numpy as np

    power = np.abs(np.fft.rfft(window.astype(np.float64) * np.hanning(len(window)))) ** 2
    if power.sum() < len(window):
        return 0.0
    near = np.abs(np.fft.rfftfreq(len(window), 1 / RATE) - frequency) <= 20.0
    return float(power[near].sum() / power.sum())
