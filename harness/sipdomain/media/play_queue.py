"""Audio of any length that is played in frames of 20 ms, and marks that are reached when it was played."""

from __future__ import annotations

from collections import deque
from typing import Final

from sipdomain.errors import MediaError
from sipdomain.media import g711
from sipdomain.media.playbacks import FRAME

MOST_BYTES: Final = 16 * 1024 * 1024
"""How much audio waits at most: 35 minutes."""
MOST_MARKS: Final = 10_000
"""How many marks wait at most; one more is refused."""
_JOINED: Final = 4096
"""Audio that comes in smaller pieces is joined, so that what waits costs no more memory than its length."""


class PlayQueue:
    """A queue of mu-law audio and marks.

    Attributes:
        reached: The marks that were reached; whoever reports them empties it.
        played: How many bytes were played.
    """

    __slots__ = ("_at", "_items", "_marks", "_waiting", "played", "reached")

    def __init__(self) -> None:
        """Begin with nothing to play."""
        self._items: deque[bytes | str] = deque()
        self._at = 0
        self._waiting = self._marks = 0
        self.played = 0
        self.reached: list[str] = []

    @property
    def waiting(self) -> int:
        """How many bytes are still to be played."""
        return self._waiting

    def put(self, audio: bytes) -> None:
        """Play audio after what waits.

        Raises:
            MediaError: Too much waits.
        """
        check_room(self._waiting, len(audio))
        self._waiting += len(audio)
        last = self._items[-1] if self._items else None
        if isinstance(last, bytes) and len(last) < _JOINED:
            self._items[-1] = last + audio
        elif audio:
            self._items.append(audio)

    def mark(self, name: str) -> None:
        """Reach a mark when all that waits was played; at once when nothing does.

        Raises:
            MediaError: Too many wait.
        """
        if not self._items:
            self.reached.append(name)
            return
        check_marks(self._marks)
        self._marks += 1
        self._items.append(name)

    def clear(self) -> None:
        """Play nothing of what waits; its marks are reached."""
        self.reached += (each for each in self._items if isinstance(each, str))
        self._items.clear()
        self._at = self._waiting = self._marks = 0

    def next(self) -> bytes | None:
        """Return the next frame, the last one filled with silence; None when nothing waits."""
        if not self._waiting:
            return None
        frame = b""
        while self._items and len(frame) < FRAME:
            item = self._items[0]
            if isinstance(item, str):
                self._reach()
                continue
            part = item[self._at : self._at + FRAME - len(frame)]
            frame += part
            self._at += len(part)
            if self._at >= len(item):
                self._items.popleft()
                self._at = 0
        while self._items and isinstance(self._items[0], str):
            self._reach()
        self._waiting -= len(frame)
        self.played += len(frame)
        return frame + g711.SILENCE["PCMU"] * (FRAME - len(frame))

    def _reach(self) -> None:
        self.reached.append(str(self._items.popleft()))
        self._marks -= 1


def check_room(waiting: int, more: int) -> None:
    """See that so many bytes more may wait.

    Raises:
        MediaError: They may not.
    """
    if waiting + more > MOST_BYTES:
        raise MediaError(f"{MOST_BYTES} bytes of audio may wait at most, which are 35 minutes")


def check_marks(waiting: int) -> None:
    """See that one mark more may wait.

    Raises:
        MediaError: It may not.
    """
    if waiting >= MOST_MARKS:
        raise MediaError(f"{MOST_MARKS} marks may wait at most")
