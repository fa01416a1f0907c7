"""Hears words that are known, when they are said: in virtual time, and live where the speaker is one of ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from sipdomain.media.hearing import (
    LONGEST_UTTERANCE,
    HearingInput,
    HearingOver,
    SpeechBegan,
    StartHearing,
    Word,
    WordsHeard,
)
from sipdomain.runtime.clock import Alarm

CONFIDENCE: Final = 0.99
"""Of words that are known (assumed: the example of the provider's page of transcriptions)."""
STABILITY: Final = 0.9
"""Of words so far (the same page)."""
_ROUNDING: Final = 1e-6
_STEP: Final = 0.1
"""How often it looks for words that nobody announces, in seconds: somebody passes a voice on, or stops to speak."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said from a moment on.

    Attributes:
        words: Words in the order of their beginnings, those of the future too as far as they are known.
        is_open: Whether there may be more than anybody announces.
    """

    words: Sequence[Word]
    is_open: bool


class ScriptedHearing:
    """Reports the words of one speaker as `media.hearing` says."""

    __slots__ = (
        "_alarm",
        "_began_at",
        "_call_at",
        "_ended_at",
        "_look_up",
        "_mark",
        "_notify",
        "_told",
        "wish",
    )

    def __init__(
        self, wish: StartHearing, now: float, *, look_up: Callable[[float], Said],
        call_at: Callable[[float, Callable[[], None]], Alarm], notify: Callable[[HearingInput], None],
    ) -> None:  # fmt: skip
        """Begin to hear.

        Args:
            wish: What is asked for.
            now: The moment; words that began before it are not heard.
            look_up: Returns what is said from a moment on.
            call_at: The clock's.
            notify: Called with each piece of news.
        """
        self.wish = wish
        self._look_up = look_up
        self._call_at = call_at
        self._notify = notify
        self._mark = now
        self._began_at: float | None = None
        self._ended_at = now
        self._told = 0
        self._alarm: Alarm | None = None
        self.wake(now)

    def wake(self, now: float) -> None:
        """Take note that something is said from now on, or differs from what was known."""
        self._rest()
        self._alarm = self._call_at(now, lambda: self._look(now))

    def finish(self, now: float) -> None:
        """Report what was said of an utterance that goes on, and hear no more."""
        self._rest()
        if self._began_at is not None:
            said = self._look_up(self._mark).words
            self._report([each for each in said if each.ended_at <= now + _ROUNDING], final=True)
        self._notify(HearingOver(self.wish.session, self.wish.hearing))

    def _rest(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _look(self, now: float) -> None:
        self._alarm = None
        said = self._look_up(self._mark)
        begun = [each for each in said.words if each.began_at <= now + _ROUNDING]
        if begun and self._began_at is None:
            self._began_at = begun[0].began_at
            self._ended_at = max(self._ended_at, self._began_at)
            self._notify(SpeechBegan(self.wish.session, self.wish.hearing, self._began_at))
        if self._began_at is not None:
            self._go_on(begun, now)
        if self._alarm is None:
            self._await(said, now)

    def _go_on(self, begun: list[Word], now: float) -> None:
        """Report the words that were said to their ends, and the end of the utterance."""
        words = [each for each in begun if each.ended_at <= now + _ROUNDING]
        self._ended_at = max((each.ended_at for each in words), default=self._ended_at)
        speaks = len(words) < len(begun)
        too_long = self._began_at is not None and now - self._began_at >= LONGEST_UTTERANCE
        if too_long or (not speaks and now >= self._ended_at + self.wish.pause - _ROUNDING):
            # What began and is not over belongs to the next one.
            self._mark = words[-1].ended_at if words and speaks else now
            self._began_at, self._told = None, 0
            self._report(words, final=True)
        elif self.wish.partials and len(words) > self._told:
            self._told = len(words)
            self._report(words, final=False)

    def _report(self, words: list[Word], *, final: bool) -> None:
        wish = self.wish
        self._notify(
            WordsHeard(
                wish.session, wish.hearing, " ".join(each.text for each in words), final=final,
                confidence=CONFIDENCE if final and words else 0.0, stability=0.0 if final else STABILITY,
                ended_at=self._ended_at,
            )
        )  # fmt: skip

    def _await(self, said: Said, now: float) -> None:
        """Look again when a word begins or ends, when the pause is long enough, or when there may be more."""
        moments = [each for word in said.words for each in (word.began_at, word.ended_at)]
        if self._began_at is not None:
            moments += [self._ended_at + self.wish.pause, now + _STEP]
        if said.is_open:
            moments.append(now + _STEP)
        at = min((each for each in moments if each > now + _ROUNDING), default=inf)
        if at < inf:
            at = min(at, now + _STEP) if said.words else at
            self._alarm = self._call_at(at, lambda: self._look(at))
