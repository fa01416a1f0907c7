"""What the phone heard, and what was recorded: words in the world's voice, a tone, silence."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sipdomain.errors import MediaError
from sipdomain.media.ear import KEPT
from sipdomain.media.match import Match, ends_after, find
from sipdomain.media.tones import letters_duration
from sipdomain.media.wording import in_common, plain, words_heard
from sipdomain.scenario.expect.finding import Finding, Standing, fate
from sipdomain.scenario.expect.foreign_voice import ForeignVoice, together
from sipdomain.scenario.expect.possible_here import may_sound
from sipdomain.scenario.expect.progress import spoken
from sipdomain.scenario.lengths import Span
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.talk import Talk
from sipdomain.scenario.world import PhoneCall

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]
    Floats = npt.NDArray[np.float64]

RATE = 8000
# Two rounds through µ-law leave 0.99; another sentence of the same voice stays under 0.5.
SAME_WORDS = 0.8
# The worst 0.3 s of it: another word among the same ones is 0.39 or less; where a jitter buffer put in or left out a frame
# in its midst, it is 0.56 or more. The last 60 ms, when they are not there: 0.49 or less, mostly 0.3.
EVERY_WORD = 0.5
# µ-law's smallest steps are 8; comfort noise of a line stays under 50.
SILENCE_PEAK = 64
# A pure tone carries nearly all its energy in one place; speech under a third.
TONE_SHARE = 0.6
TONE_WINDOW = 1600
FRAME = 160
# Windows overlap by half: so many of them are a second.
LONG_TONE = 9
# How many recognised words a failure shows; the newest stay.
_MOST_SHOWN: Final = 40
# How much quicker than calmly somebody may speak.
_QUICKEST = 0.6


_SOUNDS: Final[dict[str, Callable[[Stage, PhoneCall, str], Samples]]] = {
    "heard": lambda stage, call, track: stage.heard(call, track),
    "recorded": lambda stage, call, _: stage.world.recording(call),
}


class Words:
    """Looks for a sentence in what was heard or recorded.

    It looks again when a tenth of a second more is there that may be the sentence's end, or a second of anything.
    It is there once it has ended: who waits for words to speak after them speaks after them.
    """

    def __init__(self, text: str, field: str = "heard", track: str = "", *, to_the_end: bool = True) -> None:
        self._text = text
        self._track = track
        self._field = field
        self._to_the_end = to_the_end
        self._looked_at = -1
        self._searched_at = -RATE
        self._best = Match(0.0, 0.0, 0.0)
        self._ends_at = 0

    def look(self, stage: Stage, call: PhoneCall) -> Finding:
        """Say whether the sentence is there in full."""
        heard = _SOUNDS[self._field](stage, call, self._track)
        is_over = stage.is_over(call)
        is_last = is_over and len(heard) > self._searched_at
        # In virtual time nothing may happen for long after the words have ended.
        step = 1 if stage.world.substrate == "sim" else RATE // 10
        if not self._is_found and (len(heard) - self._looked_at >= step or is_last):
            self._search(stage, call, heard)
        is_met = self._is_found and (len(heard) >= self._ends_at or is_over or self._field != "heard")
        best = self._best
        alike = f"at best {best.correlation:.0%} alike, {best.weakest:.0%} in the worst place, {best.ending:.0%} at its end"
        got = f"{len(heard) / RATE:.1f} s of audio, {alike}"
        return _found(stage, call, self._field, f"the words “{self._text}”", got, is_met=is_met)

    @property
    def _is_found(self) -> bool:
        is_there = self._best.correlation >= SAME_WORDS and self._best.weakest >= EVERY_WORD
        return is_there and (self._best.ending >= EVERY_WORD or not self._to_the_end)

    def is_known(self, stage: Stage) -> bool:
        """Return whether anybody says the sentence, so that it could be heard."""
        return stage.chances.may_be_said(self._text)

    def _search(self, stage: Stage, call: PhoneCall, heard: Samples) -> None:
        before, self._looked_at = self._looked_at, len(heard)
        try:
            wanted = stage.world.prompt_samples(self._text)
        except MediaError:  # the voice was never asked to say it
            return
        is_due = len(heard) - self._searched_at >= RATE or stage.is_over(call)
        if is_due or ends_after(heard, wanted, before, EVERY_WORD):
            self._searched_at = len(heard)
            found = find(heard, wanted)
            self._best = max(self._best, found, key=_whole)
            # The last frame may be a part of one.
            self._ends_at = round(found.offset * RATE) + len(wanted) - FRAME


def _whole(match: Match) -> tuple[float, float, float]:
    return min(match.weakest, match.ending), match.weakest, match.correlation


class SomeWords:
    """Looks for a share of words in what was heard, from a moment on, in their order.

    They may be a part of a text that somebody of ours says: a bot, `<Say>`, or a sentence of a ConversationRelay. It
    looks when the far end has ended a stretch of speech, or the call is over. Where they stand in no text of ours,
    another voice says them, and they are recognised.

    Attributes:
        ended_at: When the last of them ended, once some are there.
    """

    def __init__(self, text: str, least: float, since: float = float("-inf")) -> None:
        """Begin before anything is heard.

        Args:
            text: The words.
            least: Which share of them must be heard, from 0 to 1.
            since: From which moment on.
        """
        self._text = text
        self._wanted = plain(text)
        self._shortest = _QUICKEST * least * letters_duration(text)
        self._least = least
        self._since = since
        self._looked_at = (0, 0, 0, False)
        self._share = 0.0
        self._got = ""
        self._texts: list[str] = []
        self._foreign = ForeignVoice(since)
        self.ended_at = float("-inf")

    @property
    def is_pending(self) -> bool:
        """Whether something that was heard is still being recognised."""
        return self._foreign.is_pending

    def is_known(self, stage: Stage) -> bool:
        """Return whether anybody says the words, so that they could be heard."""
        return stage.chances.may_be_said(self._text)

    def look(self, stage: Stage, call: PhoneCall) -> Finding:
        """Say whether so much of them is there."""
        talk = stage.talk(call)
        voices = [each for each in talk.voices if talk.end_of(each) > self._since]
        spoken_for = sum(talk.end_of(each) - max(each.begin, self._since) for each in voices)
        ended = sum(each.end is not None for each in voices)
        # In the midst of speech it looks once a second, when they may be over.
        part = int(spoken_for) if spoken_for >= self._shortest else 0
        # What a relay says is known a moment after its voice has ended: a rendering ends with silence.
        said = len(stage.evidence.said)
        if (state := (ended, part, said, stage.is_over(call))) != self._looked_at and voices:
            self._looked_at = state
            self._search(stage, talk)
        is_foreign = not any(_has(text, self._wanted, self._least) for text in _texts(stage))
        if is_foreign and voices:
            self._recognise(stage, talk, is_over=stage.is_over(call))
        got = f"{self._share:.0%} of them" + (f": “{self._got}”" if self._got else "")
        expected = f"{self._least:.0%} of the words “{self._text}”"
        found = _found(stage, call, "heard", expected, got, is_met=self._share >= self._least)
        if found.is_met or not (is_foreign and self._foreign.why_not):
            return found
        # What cannot be understood now will not be later.
        got += f"; nobody of ours says them, and another voice is not understood: {self._foreign.why_not}"
        return replace(found, standing=Standing.LOST, got=got)

    def _recognise(self, stage: Stage, talk: Talk, *, is_over: bool) -> None:
        foreign = self._foreign
        foreign.listen(stage, talk, is_over=is_over)
        share = together(self._wanted, foreign.words) / len(self._wanted)
        if share > self._share:
            self._share, self.ended_at = share, foreign.ended_at
        if foreign.words:
            self._got = " ".join(foreign.words[-_MOST_SHOWN:])

    def _search(self, stage: Stage, talk: Talk) -> None:
        heard = talk.heard_since(self._since)
        self._texts = list(_texts_with(self._wanted, self._least, stage))
        share, self._got, end = best_of(self._wanted, self._texts, stage, heard)
        if share > self._share:
            self._share, self.ended_at = share, talk.moment_of(self._since, end)


def best_of(
    wanted: list[str], texts: Iterable[str], stage: Stage, heard: Samples
) -> tuple[float, str, float]:  # fmt: skip
    """Return the share of plain words that was heard of one of some texts, what was heard of it, and where it ends."""
    best = (0.0, "", 0.0)
    for text in texts:
        words, end = words_heard(heard, text, stage.world.prompt_samples(text))
        best = max(best, (in_common(wanted, words) / len(wanted), " ".join(words), end))
    return best


def heard_by(stage: Stage, talk: Talk, text: str, until: float) -> float:
    """Return which share of words the phone had heard at a moment, from 0 to 1."""
    wanted = plain(text)
    texts = _texts_with(wanted, EVERY_WORD, stage)
    return best_of(wanted, texts, stage, talk.heard_since(float("-inf"), until))[0]


def _texts(stage: Stage) -> frozenset[str]:
    """Return the texts that stand in what is given or were said."""
    return stage.chances.texts | stage.evidence.said


def _has(text: str, words: list[str], least: float) -> bool:
    """Return whether a text has such a share of some plain words."""
    return in_common(words, plain(text)) >= least * len(words)


def _texts_with(words: list[str], least: float, stage: Stage) -> Iterator[str]:
    """Yield the texts that stand in what is given or were said, can be heard, and have such a share of some plain words."""
    for text in sorted(_texts(stage)):
        if _has(text, words, least):
            try:
                stage.world.prompt_samples(text)
            except MediaError:  # Nobody has said it.
                continue
            yield text


class Tone:
    """Looks for a tone of one frequency, in hertz, of at least a fifth of a second, in what is new.

    It is there once it has ended, or has lasted a second: who waits for a beep to speak after it speaks after it.
    """

    def __init__(self, frequency: float, field: str = "heard", track: str = "") -> None:
        self._frequency = frequency
        self._track = track
        self._field = field
        self._next = 0
        self._best = 0.0
        self._windows = 0
        self._is_there = False

    def is_known(self, stage: Stage) -> bool:
        """Return whether it could be heard: words have none."""
        return may_sound(stage)

    def look(self, stage: Stage, call: PhoneCall) -> Finding:
        """Say whether it is there."""
        heard = _SOUNDS[self._field](stage, call, self._track)
        while self._next + TONE_WINDOW <= len(heard):
            share = tone_share(heard[self._next : self._next + TONE_WINDOW], self._frequency)
            has_ended = self._windows > 0 and share < TONE_SHARE
            self._windows = self._windows + 1 if share >= TONE_SHARE else 0
            self._is_there = self._is_there or has_ended or self._windows >= LONG_TONE
            self._best = max(self._best, share)
            self._next += TONE_WINDOW // 2
        got = f"at best {self._best:.0%} of the sound"
        # In virtual time nothing is looked at in the middle of a sound unless something else happens then.
        is_whole = self._windows > 0 and (stage.world.substrate == "sim" or stage.is_over(call))
        is_met = self._is_there or is_whole
        return _found(stage, call, self._field, f"a tone of {self._frequency:g} Hz", got, is_met=is_met)


class Unheard:
    """Looks for a sound that must not be there; it is judged when the call is over, or as soon as it is there."""

    def __init__(self, sound: Words | Tone | SomeWords) -> None:
        self._sound = sound

    def look(self, stage: Stage, call: PhoneCall) -> Finding:
        """Say whether it is not there."""
        found = self._sound.look(stage, call)
        if found.is_met:
            standing, got = Standing.LOST, f"it was heard: {found.got}"
        elif not self._sound.is_known(stage):
            is_tone = isinstance(self._sound, Tone)
            why = "nothing was played that may have a tone" if is_tone else "nobody says these words"
            standing, got = Standing.OPEN, f"cannot be judged: {why}"
        elif _is_longer_than_kept(stage, call):
            standing, got = Standing.LOST, f"cannot be judged: only the first {KEPT:g} s of a call are kept"
        else:
            standing, got = Standing.SO_FAR, found.got
        return Finding(standing, "unheard", f"nowhere {found.expected}", got, found.near)


def _found(stage: Stage, call: PhoneCall, field: str, expected: str, got: str, *, is_met: bool) -> Finding:
    near = spoken(stage, call)
    if field == "recorded":
        near = (*(f"the phone said: “{each}”" for each in call.said), *near)
    return Finding(Standing.MET if is_met else Standing.OPEN, field, expected, got, near)


def length(stage: Stage, call: PhoneCall, wanted: Span) -> Finding:
    """Expect that the finished recordings of a call are so long together."""
    seconds = len(stage.world.recording(call)) / RATE
    outside = Standing.OPEN if seconds < wanted.least else Standing.LOST
    # Where nothing was recorded there is nothing of that length either, be it 0 s.
    standing = Standing.SO_FAR if seconds and wanted.has(seconds) else outside if seconds else Standing.OPEN
    got = f"{seconds:.2f} s of audio" if seconds else "no finished recording"
    return Finding(
        standing, "recorded", f"a length of {wanted.least:g} to {wanted.most:g} s", got, (fate(call),)
    )


def silence(stage: Stage, call: PhoneCall, track: str = "") -> Finding:
    """Expect that the phone heard nothing at all, in one track of a recording session where that is named."""
    heard = stage.heard(call, track)
    peak = int(abs(heard.astype("int32")).max()) if len(heard) else 0
    if peak >= SILENCE_PEAK:
        standing, got = Standing.LOST, f"sound with a peak of {peak}"
    elif _is_longer_than_kept(stage, call):
        standing, got = Standing.LOST, f"cannot be judged: only the first {KEPT:g} s of a call are kept"
    else:
        standing, got = Standing.SO_FAR, "silence"
    return Finding(standing, "heard", "silence", got, spoken(stage, call))


def _is_longer_than_kept(stage: Stage, call: PhoneCall) -> bool:
    if call.answered_at is None:
        return False
    end = call.ended_at if call.ended_at is not None else stage.world.now()
    return end - call.answered_at > KEPT


def tone_share(window: Samples, frequency: float) -> float:
    """Return which share of a stretch's energy lies within 20 Hz of a frequency, 0 to 1."""
    import numpy as np

    count = len(window)
    spectrum = np.fft.rfft(window * _hann(count))
    power = spectrum.real**2 + spectrum.imag**2
    total = power.sum()
    if total < count:
        return 0.0
    first, last = ((frequency + off) * count / RATE for off in (-20.0, 20.0))
    return float(power[max(0, math.ceil(first)) : math.floor(last) + 1].sum() / total)


@lru_cache(maxsize=4)
def _hann(count: int) -> Floats:
    """Return what a stretch of so many samples is weighed with, so that its ends make no sound; it is asked for often."""
    import numpy as np

    return np.hanning(count)
