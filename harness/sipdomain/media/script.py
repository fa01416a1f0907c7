"""What somebody is known to say: words with their times, as they are said one after another."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sipdomain.media.hearing import Word
from sipdomain.media.prompts import Prompt, Speech
from sipdomain.media.tones import letters_duration, spoken

_STOPS: Final = ",;:.!?"
_ROUNDING: Final = 1e-6
MOST_LINES: Final = 128
"""How many lines of a script are kept, past ones included; past that the oldest goes first."""


@lru_cache(maxsize=256)
def words_of(text: str, duration: float) -> tuple[Word, ...]:
    """Return the words of a text that is said in so many seconds, with their times from its begin.

    Where in a rendering a word stands is not known: each gets its share by its letters, and a stop a pause. In the tone
    voice these are the real times; in the speech engine's they are within some tenths of a second.
    """
    text = spoken(text)
    whole = letters_duration(text)
    words, at = [], 0.0
    for part in text.split(" "):
        sounding = letters_duration(part.rstrip(_STOPS))
        if sounding:
            scale = duration / whole
            words.append(Word(part, at * scale, (at + sounding) * scale))
        at += letters_duration(part + " ")
    return tuple(words)


def words_within(
    prompt: Prompt, duration: float, begin_at: float, start_at: float, stop_at: float
) -> Iterator[Word]:
    """Yield the words of a prompt that are said in full from one moment to another; only of words are the words known.

    Args:
        prompt: What is played.
        duration: How long it lasts, in seconds.
        begin_at: When it begins, or would have.
        start_at: From when on it is heard.
        stop_at: Until when.
    """
    if not isinstance(prompt, Speech):
        return
    for word in words_of(prompt.text, duration):
        began_at, ended_at = begin_at + word.began_at, begin_at + word.ended_at
        if began_at >= start_at - _ROUNDING and ended_at <= stop_at + _ROUNDING:
            yield Word(word.text, began_at, ended_at)


@dataclass(slots=True)
class _Line:
    number: int
    prompt: Prompt
    duration: float
    start_at: float
    stop_at: float


class Script:
    """What one endpoint plays, one prompt after another, each begun when the one before it ends.

    Attributes:
        lines: What it played and is to play, the oldest first.
    """

    __slots__ = ("__weakref__", "lines")

    def __init__(self) -> None:
        """Begin with nothing."""
        self.lines: deque[_Line] = deque(maxlen=MOST_LINES)

    def play(self, number: int, prompt: Prompt, duration: float, now: float) -> None:
        """Take note of a playback that waits for those before it."""
        start_at = max(now, self.lines[-1].stop_at) if self.lines else now
        self.lines.append(_Line(number, prompt, duration, start_at, start_at + duration))

    def stop(self, number: int, now: float) -> None:
        """Take note that a playback was stopped: no more of it is said, and those behind it begin earlier."""
        kept: deque[_Line] = deque(maxlen=MOST_LINES)
        next_at = now
        for line in self.lines:
            if line.number == number and line.start_at >= now:
                continue
            if line.number == number:
                line.stop_at = min(line.stop_at, now)
            elif line.start_at > next_at:
                line.stop_at -= line.start_at - next_at
                line.start_at = next_at
            next_at = max(next_at, line.stop_at)
            kept.append(line)
        self.lines = kept

    def words(self, since: float) -> list[Word]:
        """Return the words that begin from a moment on, those of the future too as far as they are known."""
        return [
            word
            for line in self.lines
            if line.stop_at > since
            for word in words_within(line.prompt, line.duration, line.start_at, line.start_at, line.stop_at)
            if word.began_at >= since
        ]
