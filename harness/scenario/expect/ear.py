"""What the phone heard: words in the world's voice, a tone, silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.scenario.expect.progress import spoken
from harness.scenario.expect.unmet import Unmet
from harness.scenario.stage import Stage
from harness.scenario.world import PhoneCall

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

RATE = 8000
# Two rounds through µ-law leave a correlation of 0.99; another sentence of the same voice stays under 0.5.
SAME_WORDS = 0.8
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
        self._likeness = 0.0

    def look(self, stage: Stage, call: PhoneCall) -> Unmet | None:
        """Return None once the sentence was heard in full."""
        heard, words = stage.heard(call), stage.world.prompt_samples(self._text)
        if len(heard) - self._looked_at >= RATE // 10 or stage.is_over(call):
            self._looked_at = len(heard)
            self._likeness = max(self._likeness, likeness(heard, words))
        if self._likeness >= SAME_WORDS:
            return None
        got = f"{len(heard) / RATE:.1f} s of audio, at best {self._likeness:.0%} alike"
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


def likeness(heard: Samples, words: Samples) -> float:
    """Return how like `words` the best stretch of `heard` is: the normalised correlation, 0 to 1."""
    import numpy as np

    loud = np.flatnonzero(np.abs(words.astype(np.int32)) >= SILENCE_PEAK)
    if len(loud) == 0:
        return 0.0
    words = words[loud[0] : loud[-1] + 1]
    count = len(words)
    if len(heard) < count:
        return 0.0
    long, short = heard.astype(np.float64), words.astype(np.float64)
    size = 1 << (len(long) + count - 1).bit_length()
    spectrum = np.fft.rfft(long, size) * np.conj(np.fft.rfft(short, size))
    products = np.fft.irfft(spectrum, size)[: len(long) - count + 1]
    sums = np.concatenate(([0.0], np.cumsum(long * long)))
    energies = np.sqrt(np.maximum(sums[count:] - sums[:-count], 0.0)) * np.sqrt(np.sum(short * short))
    fits = np.divide(products, energies, out=np.zeros_like(products), where=energies > count)
    return float(min(1.0, max(0.0, fits.max())))


def tone_share(window: Samples, frequency: float) -> float:
    """Return which share of a stretch's energy lies within 20 Hz of a frequency, 0 to 1."""
    import numpy as np

    power = np.abs(np.fft.rfft(window.astype(np.float64) * np.hanning(len(window)))) ** 2
    if power.sum() < len(window):
        return 0.0
    near = np.abs(np.fft.rfftfreq(len(window), 1 / RATE) - frequency) <= 20.0
    return float(power[near].sum() / power.sum())
