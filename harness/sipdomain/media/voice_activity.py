"""When somebody speaks, found by energy: a voice begins well over the noise of the line, and ends after a hangover."""

from __future__ import annotations

from collections import deque
from typing import Final

from sipdomain.media import g711
from sipdomain.media.silence import FRAME, LOUD, squares

ONSET: Final = 2
"""How many loud frames of 20 ms in a row make a voice: one alone is a click."""
HANGOVER: Final = 0.2
"""How many seconds of silence belong to a voice: the stops within a word are shorter (assumed)."""
OVER_NOISE: Final = 2.8
"""How many times as loud as the noise of the line a voice is: 9 dB."""
_LEAST: Final = LOUD * LOUD
_WINDOW: Final = 100
"""Of how many frames the quietest tell the noise: 2 s, in which every speaker takes breath."""
_QUIETEST: Final = 10
"""Which of them, from the quietest: a tenth."""
_LOUDEST_NOISE: Final = 250 * 250
"""As how loud noise counts at most in the first 2 s, when all that was heard may be a voice: 42 dB below the loudest."""


class VoiceActivity:
    """Says when a voice begins and ends, to within 50 ms.

    A steady noise, however loud, is no voice once it has gone on for two seconds; one that is there from the begin is
    none at all, unless it is louder than 700 of 32,767: that could be somebody who speaks at once.

    Attributes:
        began: How far into the audio the voice began that was heard last, in seconds; None before the first.
        ended: How far into it that one ended; None while it goes on, and before the first.
    """

    __slots__ = ("_left", "_loud", "_quiet", "_recent", "_taken", "began", "ended")

    def __init__(self) -> None:
        """Begin in silence."""
        self.began: float | None = None
        self.ended: float | None = None
        self._taken = 0
        self._loud = 0
        self._quiet = 0
        self._left = b""
        self._recent: deque[int] = deque(maxlen=_WINDOW)

    @property
    def position(self) -> float:
        """How much audio was taken, in seconds."""
        return self._taken / g711.RATE

    @property
    def is_on(self) -> bool:
        """Whether a voice goes on; in its hangover too."""
        return self.began is not None and self.ended is None

    @property
    def silence(self) -> float:
        """For how many seconds nobody has spoken: since the end of the last voice, or since the begin."""
        if self.is_on:
            return self._quiet * FRAME / g711.RATE
        return self.position - (self.ended or 0.0)

    def take(self, payload: bytes, codec: str) -> None:
        """Take audio as it came; a rest of a frame waits for what follows.

        Args:
            payload: G.711 bytes.
            codec: "PCMU" or "PCMA".
        """
        table, silence = squares(codec), g711.SILENCE[codec] * FRAME
        data = self._left + payload if self._left else payload
        whole = len(data) - len(data) % FRAME
        for start in range(0, whole, FRAME):
            frame = data[start : start + FRAME]
            # Silence is so common that it is worth not to be summed up.
            is_silent = frame == silence
            self._frame(0 if is_silent else sum(map(table.__getitem__, frame)) // FRAME)
        self._left = data[whole:]

    def pass_over(self, duration: float) -> None:
        """Take so many seconds in which nothing came."""
        for _ in range(min(round(duration * g711.RATE / FRAME), _WINDOW)):
            self._frame(0)
        self._taken += max(0, round(duration * g711.RATE) - _WINDOW * FRAME)

    def _frame(self, energy: int) -> None:
        self._taken += FRAME
        self._recent.append(energy)
        threshold = self._threshold() if energy >= _LEAST else 0.0
        if energy >= _LEAST and energy >= threshold:
            self._loud += 1
            self._quiet = 0
        else:
            self._loud = 0
            self._quiet += 1
        if not self.is_on and self._loud >= ONSET:
            self.began = max(self._taken / g711.RATE - self._lasted(threshold), self.ended or 0.0)
            self.ended = None
        elif self.is_on and self._quiet * FRAME >= HANGOVER * g711.RATE:
            self.ended = (self._taken - self._quiet * FRAME) / g711.RATE

    def _threshold(self) -> float:
        """Return from which mean square on a frame is loud."""
        noise = sorted(self._recent)[len(self._recent) // _QUIETEST]
        if len(self._recent) < _WINDOW:
            noise = min(noise, _LOUDEST_NOISE)
        return max(float(_LEAST), noise * OVER_NOISE**2)

    def _lasted(self, threshold: float) -> float:
        """Return for how many seconds a voice has gone on, by what is known of the noise now.

        In the first 2 s that may be since before a gap: until then a soft voice counted as noise.
        """
        gap = HANGOVER * g711.RATE / FRAME if len(self._recent) < _WINDOW else 1
        lasted = 0
        for place, energy in enumerate(reversed(self._recent), 1):
            if energy >= threshold:
                lasted = place
            elif place - lasted >= gap:
                break
        return lasted * FRAME / g711.RATE
