"""A conversation at the caller's ear: when the far end spoke there, and when the caller did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Final

from sipdomain.errors import MediaError
from sipdomain.media import g711
from sipdomain.media.ear import KEPT
from sipdomain.media.voice_activity import HANGOVER, VoiceActivity
from sipdomain.phone.call import PhoneCall, Said

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from sipdomain.runtime.media.endpoint import Ear

    Samples = npt.NDArray[np.int16]

FRAME: Final = 0.02
MOST_VOICES: Final = 4000
"""How many stretches of speech are kept of a call; a call that has more is not judged as a whole."""
MOST_SHOWN: Final = 12
"""How many lines of a conversation a failure shows."""
_CODEC: Final = "PCMU"
_LEAD: Final = 0.5
"""So much silence is put before what is measured: a voice in the very first frame would pass for the noise of the line."""
_BYTES: Final = round(FRAME * g711.RATE)
_MOST_BYTES: Final = round(KEPT * g711.RATE)


@dataclass(slots=True)
class Stretch:
    """A stretch of speech.

    Attributes:
        begin: When it began, in seconds of the world's clock.
        end: When it ended; None while it goes on, or may.
    """

    begin: float
    end: float | None = None

    def since(self, zero: float) -> str:
        """Return it in words, in seconds from a moment."""
        until = "on" if self.end is None else f"to {self.end - zero:.2f} s"
        return f"{self.begin - zero:.2f} {until}"


class Talk:
    """Both sides of one call, as the caller hears and says them; `look` takes what is new.

    Attributes:
        voices: When the far end spoke: what the phone heard, to within 50 ms.
        audio: What the phone heard, in mu-law: its first ten minutes.
    """

    def __init__(
        self, call: PhoneCall, ear: Callable[[], Ear | None], rendering: Callable[[str], Samples]
    ) -> None:  # fmt: skip
        """Begin before anything is heard.

        Args:
            call: The call as its phone sees it.
            ear: Returns what keeps what the phone heard, or None.
            rendering: Returns how words sound that the phone said, at 8 kHz.
        """
        self.call = call
        self.voices: list[Stretch] = []
        self.audio = bytearray()
        self._find_ear = ear
        self._rendering = rendering
        self._ear: Ear | None = None
        self._read: Callable[[], bytes] | None = None
        self._activity = _listening()
        self._bounds: dict[str, tuple[float, float]] = {}
        self._told_at: tuple[object, ...] = ()
        self._story: tuple[str, ...] = ()

    def look(self) -> None:
        """Take what was heard since the last time."""
        if self._read is None:
            self._ear = self._find_ear()
            if self._ear is None:
                return
            self._read = self._ear.reader()
        new = self._read()
        if not new:
            return
        self.audio += new[: max(0, _MOST_BYTES - len(self.audio))]
        if self._ear is None or self._ear.began_at is None:
            return
        activity, began_at = self._activity, self._ear.began_at
        for at in range(0, len(new), _BYTES):
            was = activity.is_on
            activity.take(new[at : at + _BYTES], _CODEC)
            if activity.is_on and not was and activity.began is not None:
                self.voices.append(Stretch(began_at + activity.began - _LEAD))
            elif was and not activity.is_on and activity.ended is not None:
                self.voices[-1].end = began_at + activity.ended - _LEAD

    @property
    def heard_until(self) -> float:
        """Until when it is known what the phone heard; before everything when that is nothing."""
        if self._ear is None or self._ear.began_at is None:
            return float("-inf")
        return self._ear.began_at + self._activity.position - _LEAD

    @property
    def is_speaking(self) -> bool:
        """Whether the far end speaks, or paused less than a fifth of a second ago."""
        return self._activity.is_on

    @property
    def quiet_since(self) -> float:
        """Since when the far end has been silent; the moment of the last sound while it speaks."""
        if self._ear is None or self._ear.began_at is None:
            return float("-inf")
        return self.heard_until - self._activity.silence

    @property
    def is_whole(self) -> bool:
        """Whether everything was taken that was heard and said: a very long call is not kept whole."""
        end_at, utterances = self.call.ended_at, self.call.utterances
        is_cut = end_at is not None and end_at - self.heard_until > 1.0 and len(self.audio) >= _MOST_BYTES
        return not is_cut and len(self.voices) < MOST_VOICES and len(utterances) != utterances.maxlen

    def end_of(self, voice: Stretch) -> float:
        """Return when a voice ended, or was heard last."""
        return self.quiet_since if voice.end is None else voice.end

    def words_of(self, said: Said) -> Stretch | None:
        """Return when the caller's words sounded: without the silence before and after them in their rendering.

        Returns:
            None before they begin; without an end before they end, and where the call ended first.
        """
        if said.began_at is None:
            return None
        if said.what != "words":
            return Stretch(said.began_at, said.ended_at)
        bounds = self._sounding(said.name)
        if bounds is None:
            return Stretch(said.began_at, said.ended_at)
        begin, end = bounds
        return Stretch(said.began_at + begin, None if said.ended_at is None else said.began_at + end)

    def heard_since(self, at: float, until: float = inf) -> Samples:
        """Return what the phone heard from a moment on, at 8 kHz; to another one."""
        began_at = self._ear.began_at if self._ear is not None else None
        since = 0 if began_at is None or at <= began_at else round((at - began_at) * g711.RATE)
        stop = None if began_at is None or until == inf else max(0, round((until - began_at) * g711.RATE))
        return g711.decode(bytes(self.audio[since:stop]), _CODEC)

    def story(self, zero: float) -> tuple[str, ...]:
        """Return who spoke when, in seconds from a moment: the last lines of it."""
        voices, utterances = self.voices[-MOST_SHOWN:], list(self.call.utterances)[-MOST_SHOWN:]
        last = (voices[-1].end if voices else None, utterances[-1].ended_at if utterances else None)
        state = (len(self.voices), len(self.call.utterances), *last, zero)
        if state != self._told_at:
            lines = [(each.begin, f"the far end spoke from {each.since(zero)}") for each in voices]
            for each in utterances:
                if (words := self.words_of(each)) is not None:
                    lines.append((words.begin, f"the caller: “{each.name}” from {words.since(zero)}"))
            self._told_at, self._story = state, tuple(text for _, text in sorted(lines)[-MOST_SHOWN:])
        return self._story

    def moment_of(self, since: float, seconds: float) -> float:
        """Return the moment so many seconds into what `heard_since` returns."""
        began_at = self._ear.began_at if self._ear is not None else None
        return seconds + (since if began_at is None else max(since, began_at))

    def _sounding(self, words: str) -> tuple[float, float] | None:
        """Return when words begin and end within their rendering, in seconds; None when that is no longer kept."""
        found = self._bounds.get(words)
        if found is None:
            try:
                found = sounding(self._rendering(words))
            except MediaError:
                return None
            self._bounds[words] = found
        return found


def sounding(samples: Samples) -> tuple[float, float]:
    """Return when the sound in samples at 8 kHz begins and ends, in seconds; all of it where no voice is found."""
    activity = _listening()
    silence = g711.SILENCE[_CODEC] * round((HANGOVER + FRAME) * g711.RATE)
    audio, begin = g711.encode(samples, _CODEC) + silence, None
    for at in range(0, len(audio), _BYTES):
        activity.take(audio[at : at + _BYTES], _CODEC)
        begin = activity.began if begin is None else begin
    whole = len(samples) / g711.RATE
    if begin is None or activity.ended is None:
        return 0.0, whole
    return max(0.0, begin - _LEAD), min(whole, activity.ended - _LEAD)


def _listening() -> VoiceActivity:
    activity = VoiceActivity()
    activity.pass_over(_LEAD)
    return activity
