"""Whether somebody speaks in mu-law audio: frames of 20 ms that are loud, and for how long there were none."""

from __future__ import annotations

from typing import Final

_QUIETEST: Final = 48
"""How far a code is from silence, at most, in a frame that is quiet on average: samples around 160."""
_LOUDNESS: Final = bytes(127 - (code & 0x7F) for code in range(256))


class Listener:
    """Follows one voice.

    Attributes:
        speaks: Whether somebody speaks: two loud frames begin that, `patience` of quiet ones end it.
    """

    def __init__(self, patience: float) -> None:
        """Begin in silence.

        Args:
            patience: After how many seconds of silence somebody has stopped speaking.
        """
        self.speaks = False
        self._patience = round(patience / 0.02)
        self._loud = self._quiet = 0

    def take(self, audio: bytes) -> bool:
        """Take a frame; return whether somebody has begun or stopped speaking."""
        is_loud = sum(audio.translate(_LOUDNESS)) > _QUIETEST * len(audio)
        self._loud = self._loud + 1 if is_loud else 0
        self._quiet = 0 if is_loud else self._quiet + 1
        if not self.speaks and self._loud >= 2:
            self.speaks = True
            return True
        if self.speaks and self._quiet >= self._patience:
            self.speaks = False
            return True
        return False
