"""Who hears words in a live session: by a script where the speaker is one of ours, else by their sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sipdomain.media.hearing import HearingInput, Side, StartHearing, Word
from sipdomain.media.silence import SilenceMeter
from sipdomain.runtime.clock import Alarm
from sipdomain.runtime.media.recognition import HearingSettings, RecognitionProcess, missing
from sipdomain.runtime.media.scripted_hearing import Said, ScriptedHearing

if TYPE_CHECKING:
    from sipdomain.runtime.media.acoustic_hearing import AcousticHearing, Spawn

_LATE: Final = 0.3
"""How long after it began a word of a script must be heard as a sound, in seconds."""

WordsSince = Callable[[float], list[Word]]


class LiveHearing:
    """One hearing. Which way it goes is decided with the first packet: only then is it known who speaks."""

    def __init__(
        self, wish: StartHearing, now: float, *, script: Callable[[], WordsSince | None],
        acoustic: Callable[[], AcousticHearing], call_at: Callable[[float, Callable[[], None]], Alarm],
        notify: Callable[[HearingInput], None],
    ) -> None:  # fmt: skip
        """Begin to hear.

        Args:
            wish: What is asked for.
            now: The moment.
            script: Returns what tells the words of who speaks now, or None when they are not known.
            acoustic: Makes what hears by sounds.
            call_at: The clock's.
            notify: Called with each piece of news.
        """
        self.wish = wish
        self._begun_at = now
        self._script = script
        self._make_acoustic = acoustic
        self._call_at = call_at
        self._notify = notify
        self._scripted: ScriptedHearing | None = None
        self._acoustic: AcousticHearing | None = None
        self._meter = SilenceMeter()
        self._loud_at = -1.0

    def take(self, payload: bytes, codec: str, now: float) -> None:
        """Take audio as it comes, or goes."""
        if self._scripted is None and self._acoustic is None:
            self._choose(now)
        if self._acoustic is not None:
            self._acoustic.take(payload, codec, now)
            return
        self._meter.take(payload, codec)
        if not self._meter.silence:
            began = now - self._loud_at > _LATE
            self._loud_at = now
            if began and self._scripted is not None:
                self._scripted.wake(now)

    def idle(self, now: float) -> None:
        """Take note of the time."""
        if self._acoustic is not None:
            self._acoustic.idle(now)

    def finish(self, now: float) -> None:
        """Report what was said of an utterance that goes on, and hear no more."""
        hearing = self._scripted or self._acoustic
        if hearing is None:
            self._choose(now)
            hearing = self._scripted or self._acoustic
        if hearing is not None:
            hearing.finish(now)

    def _choose(self, now: float) -> None:
        words = self._script()
        if words is None:
            self._acoustic = self._make_acoustic()
            return
        known: WordsSince = words

        def look_up(since: float) -> Said:
            # A script alone is no sound: where nothing comes, or silence, no word is heard.
            later = self._loud_at + _LATE
            said = [each for each in known(since) if each.began_at <= later]
            return Said(said, is_open=True)

        self._scripted = ScriptedHearing(
            self.wish, min(now, self._begun_at), look_up=look_up, call_at=self._call_at, notify=self._notify
        )


class Hearings:
    """The hearings of one session, by their numbers."""

    __slots__ = ("_of",)

    def __init__(self) -> None:
        self._of: dict[int, LiveHearing] = {}

    def __len__(self) -> int:
        return len(self._of)

    def add(self, hearing: LiveHearing) -> None:
        """Hear words from now on."""
        self._of[hearing.wish.hearing] = hearing

    def end(self, number: int, now: float) -> None:
        """Hear words for it no more; harmless when it was never begun."""
        gone = self._of.pop(number, None)
        if gone is not None:
            gone.finish(now)

    def close(self, now: float) -> None:
        """Hear no more: the session is closed."""
        for number in tuple(self._of):
            self.end(number, now)

    def take(self, side: Side, payload: bytes, codec: str, now: float) -> None:
        """Take audio as it comes, or goes."""
        for hearing in tuple(self._of.values()) if self._of else ():
            if hearing.wish.side == side:
                hearing.take(payload, codec, now)

    def idle(self, now: float) -> None:
        """Take note of the time."""
        for hearing in tuple(self._of.values()) if self._of else ():
            hearing.idle(now)


class Recognition:
    """The recogniser of a process: made when the first sound is to be understood.

    Attributes:
        settings: How words are heard.
    """

    def __init__(self, settings: HearingSettings) -> None:
        """Begin without one."""
        self.settings = settings
        self._process: RecognitionProcess | None = None

    def hearing(
        self, wish: StartHearing, now: float, spawn: Spawn, notify: Callable[[HearingInput], None]
    ) -> AcousticHearing:  # fmt: skip
        """Return what hears by sounds; `spawn` begins a task and keeps it."""
        from sipdomain.runtime.media.acoustic_hearing import AcousticHearing

        why_not = missing(self.settings.model)
        if not why_not and self._process is None:
            self._process = RecognitionProcess(self.settings.model)
        recognise = self._process.recognise if self._process is not None else None
        return AcousticHearing(wish, now, recognise=recognise, why_not=why_not, spawn=spawn, notify=notify)

    async def close(self) -> None:
        """End it."""
        if self._process is not None:
            await self._process.close()
