"""What is measured of a conversation at the caller's ear: answers, interruptions, what is stale, and silences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from sipdomain.scenario.talk import Stretch, Talk
from sipdomain.scenario.waiting import Waiting

NEAR: Final = 0.05
"""How far a moment found by the energy of a voice may be from the real one, in seconds."""
SURE: Final = 0.1
"""How much must have been heard after a moment before a voice that did not begin there is missing: two frames make one."""
TURN: Final = 0.6
"""A pause of a speaker who has not ended is shorter, in seconds; what follows a longer one is new, unless more is known."""


class Stale(NamedTuple):
    """What is heard after an interruption of what the far end was saying.

    Attributes:
        seconds: How much of it, up to now.
        is_over: Whether no more can come of it.
    """

    seconds: float
    is_over: bool


class Silence(NamedTuple):
    """A stretch in which nobody speaks, in seconds of the world's clock."""

    begin: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.begin


def answer_to(talk: Talk, words: Stretch, waiting: Waiting) -> Stretch | None:
    """Return the voice with which the far end answers words of the caller's that have ended; None before it begins.

    What goes on of what he interrupted is none.
    """
    if words.end is None:
        return None
    end, stale = words.end, interrupted(talk, words, waiting)
    return next((each for each in talk.voices if each.begin >= end - NEAR and each not in stale), None)


def speaking_at(talk: Talk, at: float) -> Stretch | None:
    """Return the voice of the far end that goes on at a moment."""
    return next(
        (each for each in talk.voices if each.begin < at - NEAR and talk.end_of(each) > at), None
    )  # fmt: skip


def interrupted(talk: Talk, words: Stretch, waiting: Waiting) -> list[Stretch]:
    """Return what the far end was saying when the caller began to speak, through its pauses; nothing where it was silent.

    It goes on while what waited then is played. Where that is not known, it goes on after each pause that is shorter than
    a turn, until what waited was dropped.
    """
    found: list[Stretch] = []
    for each in talk.voices:
        if not found:
            if each.begin < words.begin - NEAR and talk.end_of(each) > words.begin:
                found.append(each)
        elif each.begin < waiting.plays_until or (
            each.begin < waiting.dropped_at and each.begin < talk.end_of(found[-1]) + TURN
        ):
            found.append(each)
        else:
            break
    return found


def is_through(talk: Talk, voices: list[Stretch], waiting: Waiting) -> bool:
    """Return whether nothing more can come of what was interrupted."""
    if any(each.end is None for each in voices):
        return False
    if not voices or voices[-1] is not talk.voices[-1] or talk.call.ended_at is not None:
        return True
    until = min(talk.end_of(voices[-1]) + TURN, waiting.dropped_at + SURE)
    return talk.heard_until >= max(until, waiting.plays_until)


def stale_after(talk: Talk, words: Stretch, waiting: Waiting) -> Stale:
    """Return how much is heard of what the far end was saying when the caller interrupted it.

    That is all that it says while he speaks, and the rest of what it was saying, through its pauses.
    """
    end = float("inf") if words.end is None else words.end
    through = interrupted(talk, words, waiting)
    stale = [
        each
        for each in talk.voices
        if (each.begin < end - NEAR and talk.end_of(each) > words.begin) or each in through
    ]
    seconds = sum(talk.end_of(each) - max(each.begin, words.begin) for each in stale)
    is_over = (
        words.end is not None
        and talk.heard_until >= words.end + SURE
        and all(each.end is not None for each in stale)
        and is_through(talk, through, waiting)
    )
    return Stale(seconds, is_over)


def own_stretches(talk: Talk) -> Iterator[tuple[float, float]]:
    """Yield when the caller spoke, as far as that is over; what goes on counts up to what was heard last."""
    for each in talk.call.utterances:
        words = talk.words_of(each) if each.what != "keys" else None
        if words is not None:
            end = words.end if words.end is not None else talk.call.ended_at or talk.heard_until
            yield words.begin, max(words.begin, end)


def silences(talk: Talk, begin_at: float) -> Iterator[Silence]:
    """Yield the stretches in which nobody speaks, from a moment, as that of the answer, up to what was heard last."""
    spans = [*((each.begin, talk.end_of(each)) for each in talk.voices), *own_stretches(talk)]
    last = begin_at
    for begin, end in (*sorted(spans), (talk.heard_until, talk.heard_until)):
        if begin > last:
            yield Silence(last, begin)
        last = max(last, end)


def talked_over(talk: Talk) -> float:
    """Return for how many seconds both spoke at one time, all in all."""
    return sum(
        max(0.0, min(end, talk.end_of(voice)) - max(begin, voice.begin))
        for begin, end in own_stretches(talk)
        for voice in talk.voices
    )
