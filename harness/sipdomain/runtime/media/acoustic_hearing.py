"""Hears words by their sound: utterances are found by their energy, and understood in a child process."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Final

from sipdomain.errors import MediaError
from sipdomain.media import g711
from sipdomain.media.hearing import (
    LONGEST_UTTERANCE,
    HearingFailed,
    HearingInput,
    HearingOver,
    SpeechBegan,
    StartHearing,
    WordsHeard,
)
from sipdomain.media.silence import FRAME
from sipdomain.media.voice_activity import VoiceActivity
from sipdomain.runtime.media.recognition import Recognised

log = logging.getLogger(__name__)

Recognise = Callable[[bytes, tuple[str, ...], str], Awaitable[Recognised]]
"""Takes 16-bit samples at 8 kHz, hints and a language; raises MediaError."""
Spawn = Callable[[Coroutine[None, None, None]], "asyncio.Task[None]"]
STABILITY: Final = 0.9
PARTIAL_EVERY: Final = 1.0
"""How often what is heard so far is understood, in seconds of speech."""
_LEAD: Final = 15
"""How many frames before the onset of a voice belong to it: soft consonants."""
_GAP: Final = 0.06
"""After how many seconds without a packet nothing is being said."""


class AcousticHearing:
    """Reports the words of one side of a session as `media.hearing` says; results come in their order."""

    def __init__(
        self, wish: StartHearing, now: float, *, recognise: Recognise | None, why_not: str,
        spawn: Spawn, notify: Callable[[HearingInput], None],
    ) -> None:  # fmt: skip
        """Begin to hear.

        Args:
            wish: What is asked for.
            now: The moment.
            recognise: Understands an utterance; None where nothing does.
            why_not: Why nothing does.
            spawn: Begins a task, and keeps it.
            notify: Called with each piece of news.
        """
        self.wish = wish
        self._recognise = recognise
        self._why_not = why_not
        self._spawn = spawn
        self._notify = notify
        self._activity = VoiceActivity()
        self._offset = self._heard_at = now
        self._lead: deque[bytes] = deque(maxlen=_LEAD)
        self._audio = bytearray()
        self._codec = "PCMU"
        self._speaks_since: float | None = None
        self._partial_at = 0.0
        self._partial: asyncio.Task[None] | None = None
        self._tail: asyncio.Task[None] | None = None

    def take(self, payload: bytes, codec: str, now: float) -> None:
        """Take audio as it comes."""
        self.idle(now)
        if codec != self._codec:
            payload = payload.translate(g711.recoding(codec, self._codec))
        self._heard_at = now
        self._offset = now - self._activity.position - len(payload) / g711.RATE
        self._activity.take(payload, self._codec)
        if self._speaks_since is None:
            self._lead.append(payload)
        else:
            self._audio += payload
        self._look(now)

    def idle(self, now: float) -> None:
        """Take note of the time: where no packets come, nobody speaks."""
        missing = now - self._heard_at
        if missing >= _GAP and self._speaks_since is not None:
            self._activity.pass_over(missing)
            self._audio += g711.SILENCE[self._codec] * (round(missing * g711.RATE / FRAME) * FRAME)
            self._heard_at = now
            self._look(now)

    def finish(self, now: float) -> None:
        """Report what was said of an utterance that goes on, and hear no more."""
        if self._speaks_since is not None:
            self._utterance_over(now)
        before, wish = self._tail, self.wish

        async def over() -> None:
            if before is not None:
                await asyncio.wait({before})
            self._notify(HearingOver(wish.session, wish.hearing))

        if before is None or before.done():
            self._notify(HearingOver(wish.session, wish.hearing))
        else:
            self._tail = self._spawn(over())

    def _look(self, now: float) -> None:
        activity, wish = self._activity, self.wish
        if self._speaks_since is None:
            if activity.is_on and activity.began is not None:
                self._speaks_since = self._offset + activity.began
                self._audio = bytearray(b"".join(self._lead))
                self._lead.clear()
                self._partial_at = now + PARTIAL_EVERY
                self._notify(SpeechBegan(wish.session, wish.hearing, self._speaks_since))
            return
        if activity.silence >= wish.pause or len(self._audio) >= LONGEST_UTTERANCE * g711.RATE:
            self._utterance_over(now)
        elif wish.partials and now >= self._partial_at and (self._partial is None or self._partial.done()):
            self._partial_at = now + PARTIAL_EVERY
            self._partial = self._spawn(self._understand(bytes(self._audio), now, final=False))

    def _utterance_over(self, now: float) -> None:
        audio, self._audio = bytes(self._audio), bytearray()
        ended_at = now - self._activity.silence
        self._speaks_since = None
        if self._partial is not None:
            self._partial.cancel()
        self._tail = self._spawn(self._understand(audio, ended_at, final=True, before=self._tail))

    async def _understand(
        self, audio: bytes, ended_at: float, *, final: bool, before: asyncio.Task[None] | None = None
    ) -> None:
        """Report what is said in audio, the last sound of which ended at a moment."""
        wish, reason = self.wish, self._why_not
        found = Recognised("", 0.0)
        if self._recognise is not None:
            reason = ""
            try:
                samples = await asyncio.to_thread(g711.decode, audio, self._codec)
                found = await self._recognise(samples.tobytes(), wish.hints, wish.language)
            except MediaError as error:
                reason = str(error)
            except Exception:
                # A fault of ours must not leave who waits for words waiting for ever.
                log.exception("cannot understand an utterance")
                reason = "an unhandled exception, which the log has"
        if before is not None and not before.done():
            await asyncio.wait({before})
        if reason and final:
            self._notify(HearingFailed(wish.session, wish.hearing, reason))
        if final or found.text:
            self._notify(
                WordsHeard(
                    wish.session, wish.hearing, found.text, final=final,
                    confidence=found.confidence if final else 0.0, stability=0.0 if final else STABILITY,
                    ended_at=ended_at,
                )
            )  # fmt: skip
