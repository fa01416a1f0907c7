"""Silence in what a session hears, found by its energy: what asks for it, what reports it, and how it is measured."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from sipdomain.media import g711

FRAME: Final = 160
"""Samples of 20 ms."""
LOUD: Final = 160
"""The root mean square from which a frame is loud: 46 dB under the largest sample, well over the noise of a line."""
_ONSET: Final = 2
"""How many loud frames in a row make a voice: one alone is a click, and leaves the silence as it is."""


@dataclass(frozen=True, slots=True)
class StartListening:
    """Wait for silence in what a session hears; answered by `SilenceHeard` once, to within 50 ms.

    Attributes:
        session: The session's name.
        listener: A number, unique within the session.
        silence: How many seconds of silence in a row are waited for. Only audio that comes counts: without any
            the silence does not grow.
    """

    session: str
    listener: int
    silence: float


@dataclass(frozen=True, slots=True)
class StopListening:
    """Wait for silence no more."""

    session: str
    listener: int


@dataclass(frozen=True, slots=True)
class SilenceHeard:
    """The peer was silent for as long as it was waited for.

    Attributes:
        session: The session's name.
        listener: The number that it was begun with.
    """

    session: str
    listener: int


@cache
def squares(codec: str) -> tuple[int, ...]:
    """Return the squares of all 256 samples of a codec."""
    return tuple(sample * sample for sample in g711.decoding(codec))


class SilenceMeter:
    """Measures how long a voice has been silent.

    Attributes:
        silence: Seconds of audio since the voice was heard last, or since the begin.
    """

    __slots__ = ("_loud", "silence")

    def __init__(self) -> None:
        """Begin without a voice."""
        self.silence = 0.0
        self._loud = 0

    def take(self, payload: bytes, codec: str) -> None:
        """Take audio as it came: what is missing before it does not count.

        Args:
            payload: G.711 bytes.
            codec: "PCMU" or "PCMA".
        """
        table = squares(codec)
        for start in range(0, len(payload), FRAME):
            frame = payload[start : start + FRAME]
            energy = sum(map(table.__getitem__, frame))
            self._loud = self._loud + 1 if energy >= LOUD * LOUD * len(frame) else 0
            self.silence += len(frame) / g711.RATE
            if self._loud >= _ONSET:
                self.silence = 0.0

    def take_silence(self, duration: float) -> None:
        """Take so many seconds in which nothing was said."""
        self._loud = 0
        self.silence += duration
