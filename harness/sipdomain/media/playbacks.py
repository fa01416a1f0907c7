"""What is played into one endpoint: prompts in G.711, one after another, in frames of 20 ms."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import inf
from typing import Final

from sipdomain.errors import MediaError
from sipdomain.media import g711

FRAME: Final = 160
"""Samples, and bytes of G.711, in 20 ms."""
MOST: Final = 64
"""How many playbacks wait in one endpoint; one more is refused."""


@dataclass(frozen=True, slots=True)
class PlaybackStopped:
    """A playback was stopped.

    Attributes:
        session: The session's name.
        playback: The number that it was started with.
        played: How much of it went out, in seconds; infinite when it was over.
    """

    session: str
    playback: int
    played: float


class _Playback:
    __slots__ = ("audio", "at", "number")  # noqa: RUF023 - in the order of use

    def __init__(self, number: int, audio: bytes) -> None:
        self.number = number
        self.audio = audio
        self.at = 0


class Playbacks:
    """A queue of playbacks.

    Attributes:
        codec: "PCMU" or "PCMA".
        ended: The numbers of those whose last samples went out; whoever reports them empties it.
    """

    __slots__ = ("_waiting", "codec", "ended")

    def __init__(self, codec: str) -> None:
        """Begin with nothing to play."""
        self.codec = codec
        self.ended: list[int] = []
        self._waiting: deque[_Playback] = deque()

    @property
    def frames_left(self) -> int:
        """How many frames those that wait still need."""
        return sum(-((each.at - len(each.audio)) // FRAME) for each in self._waiting)

    def play(self, number: int, audio: bytes) -> None:
        """Play G.711 audio in this codec, after what is playing.

        Raises:
            MediaError: 64 playbacks are waiting.
        """
        if len(self._waiting) >= MOST:
            raise MediaError(f"{MOST} playbacks are waiting in one session")
        self._waiting.append(_Playback(number, audio))

    def stop(self, number: int) -> float:
        """Stop a playback, and return how much of it was played, in seconds; infinite when it is over."""
        played = next((each.at / g711.RATE for each in self._waiting if each.number == number), inf)
        self._waiting = deque(each for each in self._waiting if each.number != number)
        return played

    def turn_to(self, codec: str) -> None:
        """Go on in another codec."""
        if codec != self.codec:
            table = g711.recoding(self.codec, codec)
            for playback in self._waiting:
                playback.audio = playback.audio.translate(table)
            self.codec = codec

    def next(self) -> bytes | None:
        """Return the next frame, the last one of a playback filled with silence; None when nothing plays."""
        if not self._waiting:
            return None
        playback = self._waiting[0]
        frame = playback.audio[playback.at : playback.at + FRAME]
        playback.at += FRAME
        if playback.at >= len(playback.audio):
            self._waiting.popleft()
            self.ended.append(playback.number)
            frame += g711.SILENCE[self.codec] * (FRAME - len(frame))
        return frame
