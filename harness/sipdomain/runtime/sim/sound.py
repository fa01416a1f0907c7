"""What is heard and recorded in virtual time: spans of prompts, which become samples when somebody listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from sipdomain.media import g711
from sipdomain.media.ear import KEPT
from sipdomain.media.hearing import Word
from sipdomain.media.outputs import RecordingDone, StartRecording
from sipdomain.media.playbacks import FRAME
from sipdomain.media.prompts import Prompt, Speech
from sipdomain.media.recording import RecordingClock, finished_recording
from sipdomain.media.script import words_within
from sipdomain.media.stream_messages import SILENCE
from sipdomain.runtime.media.prompt_library import PromptLibrary

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]


MOST_SPANS: Final = 4096
"""How many stretches an ear, or one side of a recording, keeps; what comes later is not heard."""
BEAT: Final = 0.02
_ROUNDING: Final = 1e-6
UNDERSTOOD: Final = 0.3
"""Which part of a word may be lost and it is still understood (assumed)."""
_DEEPEST: Final = 4
"""Through how many bridges a voice is followed; so one that comes round again ends."""


class Voice(Protocol):
    """Who speaks: a session's peer, or what is played into a room."""

    @property
    def spans(self) -> list[Span]:
        """What it says."""
        ...


class Line(Protocol):
    """What audio goes by."""

    def holes(self, start_at: float, stop_at: float) -> Iterator[tuple[float, float]]:
        """Yield the stretches between two moments in which nothing was heard."""
        ...


@dataclass(slots=True, eq=False)
class Said:
    """A session itself, as a voice.

    Attributes:
        spans: What it sends, from when somebody asked for that; more is added at the end.
    """

    spans: list[Span]


@dataclass(slots=True, eq=False)
class Raw:
    """Audio that grows while it plays.

    Attributes:
        audio: In mu-law.
    """

    audio: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class Span:
    """A stretch of a prompt, or of what somebody else hears, on its way into an ear.

    Attributes:
        source: The prompt; a voice that is passed on, as long as the span lasts; or audio of a media stream.
        codec: The codec it goes through.
        skipped: How much of the prompt was over when the ear began to listen, in seconds.
        start_at: When the ear begins to hear it.
        stop_at: When it hears no more of it.
        gain: What the samples are multiplied by.
        way: What may be lost of it, or None.
    """

    source: Prompt | Voice | Raw
    codec: str
    skipped: float
    start_at: float
    stop_at: float
    gain: float = 1.0
    way: Line | None = None

    def cut(self, now: float) -> None:
        """End it now, if it would go on."""
        self.stop_at = max(self.start_at, min(self.stop_at, now))


@dataclass(slots=True)
class SimEar:
    """What a session hears: spans on a timeline that begins when a peer first sends.

    Attributes:
        library: Where prompts become samples.
        now: Returns the moment.
        spans: What came.
        began_at: When a peer first sent, or None.
        ended_at: When the last one ceased.
        senders: How many send now.
    """

    library: PromptLibrary
    now: Callable[[], float]
    spans: list[Span] = field(default_factory=list)
    began_at: float | None = None
    ended_at: float = 0.0
    senders: int = 0

    def connect(self, now: float) -> None:
        """A peer begins to send."""
        self.senders += 1
        if self.began_at is None:
            self.began_at = now

    def disconnect(self, now: float) -> None:
        """A peer sends no more."""
        self.senders -= 1
        self.ended_at = now

    def samples(self, most: float = KEPT) -> Samples:
        """Return what was heard until now, of it so many seconds at most, at 8 kHz."""
        import numpy as np

        if self.began_at is None:
            return np.zeros(0, np.int16)
        end_at = min(self.now() if self.senders else self.ended_at, self.began_at + most)
        return rendered(self.spans, self.began_at, end_at, self.library)

    def reader(self) -> Callable[[], bytes]:
        """Return what reads on: each time what was heard since the last, in mu-law, in whole frames of 20 ms."""
        frames, count = Frames(self.spans, self.library), 0

        def read() -> bytes:
            nonlocal count
            if self.began_at is None:
                return b""
            end_at = self.now() if self.senders else self.ended_at
            new = []
            while (stop_at := self.began_at + (count + 1) * BEAT) <= end_at + _ROUNDING:
                new.append(frames.next(stop_at - BEAT, stop_at))
                count += 1
            return b"".join(new)

        return read


@dataclass(slots=True)
class SimStream:
    """How long one direction of a session was used."""

    duration: float = 0.0
    since: float | None = None

    def flow(self, now: float, *, flowing: bool) -> None:
        """Take note that audio flows from now on, or no more."""
        if self.since is not None:
            self.duration += now - self.since
        self.since = now if flowing else None

    @property
    def packets(self) -> int:
        """How many packets of 20 ms that would have been."""
        return round(self.duration / 0.02)


def keep(spans: list[Span], span: Span) -> None:
    """Keep a span, while there is room."""
    if len(spans) < MOST_SPANS:
        spans.append(span)


def rendered(
    spans: list[Span],
    begin_at: float,
    end_at: float,
    library: PromptLibrary,
    depth: int = 0,
    *,
    heard: bool = True,
) -> Samples:
    """Return what spans sound like together from one moment to another.

    Args:
        spans: The spans.
        begin_at: The one moment.
        end_at: The other.
        library: Where prompts become samples.
        depth: Through how many bridges they came.
        heard: Whether they are as they were heard, not as they were said: without what was lost.
    """
    import numpy as np

    mixed = np.zeros(round((end_at - begin_at) * g711.RATE), np.int32)
    for span in spans:
        start_at, stop_at = max(span.start_at, begin_at), min(span.stop_at, end_at)
        if stop_at <= start_at:
            continue
        if isinstance(span.source, Prompt):
            skipped = round((span.skipped + start_at - span.start_at) * g711.RATE)
            encoded = library.encoded(span.source, span.codec)
            encoded = encoded[skipped : skipped + round((stop_at - start_at) * g711.RATE)]
            audio = g711.decode(encoded, span.codec)
        elif isinstance(span.source, Raw):
            skipped = round((span.skipped + start_at - span.start_at) * g711.RATE)
            part = span.source.audio[skipped : skipped + round((stop_at - start_at) * g711.RATE)]
            audio = g711.decode(part.translate(g711.recoding("PCMU", span.codec)), span.codec)
        elif depth < _DEEPEST:
            audio = rendered(span.source.spans, start_at, stop_at, library, depth + 1)
            louder = np.clip(np.rint(audio * span.gain), -32_768, 32_767).astype(np.int16)
            audio = g711.decode(g711.encode(louder, span.codec), span.codec)
        else:
            continue
        start = round((start_at - begin_at) * g711.RATE)
        if heard and span.way is not None:
            audio = _with_holes(audio, span.way.holes(start_at, stop_at), start_at)
        mixed[start : start + len(audio)] += audio[: len(mixed) - start]
    return np.clip(mixed, -32_768, 32_767).astype(np.int16)


def _with_holes(audio: Samples, holes: Iterator[tuple[float, float]], start_at: float) -> Samples:
    audio = audio.copy()
    for begin_at, end_at in holes:
        audio[round((begin_at - start_at) * g711.RATE) : round((end_at - start_at) * g711.RATE)] = 0
    return audio


def words_in(
    spans: list[Span],
    since: float,
    until: float,
    library: PromptLibrary,
    depth: int = 0,
    *,
    heard: bool = True,
) -> Iterator[Word]:
    """Yield the words in spans that begin at some time between two moments, and are heard in full.

    Of the audio of a media stream no words are known. A word of which more than `UNDERSTOOD` is lost is not heard.

    Args:
        spans: The spans.
        since: The one moment.
        until: The other.
        library: Where prompts become samples.
        depth: Through how many bridges they came.
        heard: Whether they are as they were heard, not as they were said.
    """
    for span in spans:
        start_at, stop_at = max(span.start_at, since), min(span.stop_at, until)
        if stop_at <= start_at or not span.gain:
            continue
        if isinstance(span.source, Prompt):
            if isinstance(span.source, Speech):
                duration = len(library.samples(span.source)) / g711.RATE
                begin_at = span.start_at - span.skipped
                for word in words_within(span.source, duration, begin_at, start_at, stop_at):
                    if not heard or span.way is None or _is_understood(word, span.way):
                        yield word
        elif not isinstance(span.source, Raw) and depth < _DEEPEST:
            yield from words_in(span.source.spans, start_at, stop_at, library, depth + 1)


def _is_understood(word: Word, way: Line) -> bool:
    lost = sum(end_at - begin_at for begin_at, end_at in way.holes(word.began_at, word.ended_at))
    return lost <= UNDERSTOOD * (word.ended_at - word.began_at)


def is_open(spans: list[Span], now: float) -> bool:
    """Return whether a voice is passed on in one of these spans, in which there may be more at any time."""
    return any(not isinstance(each.source, Prompt | Raw) and each.stop_at > now for each in spans)


class Frames:
    """Cuts frames out of spans, one after another."""

    __slots__ = ("_active", "_at", "_heard", "_library", "_spans")

    def __init__(self, spans: list[Span], library: PromptLibrary, *, heard: bool = True) -> None:
        """Begin with what there is.

        Args:
            spans: To which more are added at the end.
            library: Where prompts become samples.
            heard: Whether spans are as they were heard, not as they were said.
        """
        self._heard = heard
        self._spans = spans
        self._library = library
        self._at = 0
        self._active: list[Span] = []

    def next(self, begin_at: float, end_at: float) -> bytes:
        """Return what is heard between two moments 20 ms apart, in mu-law; later moments are asked for later."""
        spans, active = self._spans, self._active
        if self._at < len(spans):
            active += spans[self._at :]
            self._at = len(spans)
        if not active:
            return SILENCE
        if any(each.stop_at <= begin_at + _ROUNDING for each in active):
            active = self._active = [each for each in active if each.stop_at > begin_at + _ROUNDING]
        heard = [each for each in active if each.start_at < end_at - _ROUNDING]
        if not heard:
            return SILENCE
        if len(heard) == 1 and (frame := self._alone(heard[0], begin_at, end_at)) is not None:
            return frame
        return g711.encode(rendered(heard, begin_at, end_at, self._library, heard=self._heard), "PCMU")

    def _alone(self, span: Span, begin_at: float, end_at: float) -> bytes | None:
        """Return a frame that need not be mixed: out of the middle of a prompt, or a stream's audio; None for any other."""
        source = span.source
        whole = span.start_at <= begin_at and span.stop_at >= end_at and span.codec == "PCMU"
        if not whole or not isinstance(source, Prompt | Raw):
            return None
        if self._heard and span.way is not None and any(span.way.holes(begin_at, end_at)):
            return None
        at = round((span.skipped + begin_at - span.start_at) * g711.RATE)
        audio = source.audio if isinstance(source, Raw) else self._library.encoded(source, "PCMU")
        frame = bytes(audio[at : at + FRAME])
        return frame if len(frame) == FRAME else None


class SimTape:
    """A recording: spans of both directions, and the stretches of time in which it ran.

    Attributes:
        inbound: What the session heard.
        outbound: What it sent.
    """

    def __init__(self, wish: StartRecording, now: float) -> None:
        self.inbound: list[Span] = []
        self.outbound: list[Span] = []
        self._wish = wish
        self._clock = RecordingClock(now)
        self._running_since: float | None = now
        self._place = 0.0
        self._stretches: list[tuple[float, float, float]] = []

    def pause(self, now: float, *, skip: bool) -> None:
        """Take nothing until it is resumed."""
        self._end_stretch(now)
        self._clock.pause(now, skip=skip)

    def resume(self, now: float) -> None:
        """Go on."""
        self._clock.resume(now)
        if self._running_since is None:
            self._running_since, self._place = now, self._clock.length(now)

    def _end_stretch(self, now: float) -> None:
        since, self._running_since = self._running_since, None
        if since is not None and since < now:
            self._stretches.append((since, now, self._place))

    def finish(self, library: PromptLibrary, now: float) -> RecordingDone:
        """Return what was recorded until now."""
        self._end_stretch(now)
        inbound = self._samples(self.inbound, library, heard=True)
        outbound = self._samples(self.outbound, library, heard=False)
        return finished_recording(self._wish, inbound, outbound, self._clock.length(now))

    def _samples(self, spans: list[Span], library: PromptLibrary, *, heard: bool) -> Samples:
        import numpy as np

        end = max((place + stop_at - start_at for start_at, stop_at, place in self._stretches), default=0.0)
        samples = np.zeros(round(end * g711.RATE) + 1, np.int16)
        for start_at, stop_at, place in self._stretches:
            found = rendered(spans, start_at, stop_at, library, heard=heard)
            first = round(place * g711.RATE)
            samples[first : first + len(found)] = found[: len(samples) - first]
        return samples
