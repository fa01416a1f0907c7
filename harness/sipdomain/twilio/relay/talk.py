"""What a relay says to the caller: text that comes in tokens, sentence by sentence, and files, one after another."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from math import inf
from typing import Final, Protocol

from sipdomain.media.outputs import PromptFailed, PromptReady, StartPlayback, StopPlayback
from sipdomain.media.prompts import AudioFile, Prompt, Speech
from sipdomain.media.script import words_of
from sipdomain.sip.timers import Alarm
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.webhooks.exchange import CallIdentity, FetchFailed, Finished
from sipdomain.twiml.relay import Interruptible
from sipdomain.voice_entries import LONGEST_TEXT, Played

MOST_CHARACTERS: Final = 65_536
"""How many characters wait to be said; more are left out (assumed)."""
MOST_ITEMS: Final = 1_000
"""How many sentences and files wait to be said; more are left out (assumed)."""
LONGEST_SENTENCE: Final = 1_000
"""After how many characters without an end a sentence is said all the same (assumed)."""
REPORT_TIMEOUT: Final = 10.0
"""How long after its length has passed something was said though the media side reported nothing, in seconds."""
_AHEAD: Final = 2
"""How many sentences are rendered before they are said."""
_SPEECH_FAILED: Final = 64111
_SENTENCE: Final = re.compile(r"[.!?\u2026\u3002\uff01\uff1f]+[\"')\]]*\s+|\n+")
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")
_ROUNDING: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Manner:
    """How something is said.

    Attributes:
        language: In which language.
        interruptible: What interrupts it.
        preemptible: Whether it gives way to what comes next.
    """

    language: str
    interruptible: Interruptible
    preemptible: bool


class Line(Protocol):
    """The call that is talked to.

    Attributes:
        playbacks: By its number, who waits for the end of a playback.
        stops: By its number, who waits for how much of a playback was played that is stopped.
    """

    playbacks: dict[int, Then]
    stops: dict[int, Callable[[float, Turn], None]]

    @property
    def session(self) -> str:
        """The name of the media session."""

    @property
    def identity(self) -> CallIdentity:
        """What webhooks need to know."""

    def fetch(self, url: str, then: Callable[[Finished, Turn], None], turn: Turn) -> None:
        """Ask for an audio file."""

    def press(self, digits: str, turn: Turn) -> None:
        """Press keys, 0-9, * and #; w waits half a second."""


class Listener(Protocol):
    """Who wants to know what was said."""

    def began_to_speak(self, turn: Turn) -> None:
        """Something is said, after silence."""

    def fell_silent(self, turn: Turn) -> None:
        """All is said, or nothing more is."""

    def said(self, text: str, turn: Turn) -> None:
        """The caller heard this text."""

    def interrupted(self, text: str, duration: float, turn: Turn) -> None:
        """It was interrupted: what the caller heard of this cycle, and for how many seconds."""

    def cannot_say(self, code: int, reason: str, turn: Turn) -> None:
        """Something is left out."""


@dataclass(slots=True, eq=False)
class _Item:
    text: str
    cycle: int
    manner: Manner
    prompt: Prompt | None = None
    url: str = ""
    left: int = 1
    is_asked: bool = False
    duration: float = -1.0
    number: int = 0
    began_at: float = 0.0


class Talk:
    """What is said, and what waits to be said.

    Attributes:
        is_speaking: Whether something is being said, or the next sentence is about to be.
    """

    __slots__ = (
        "_buffer", "_current", "_cycle", "_engine", "_guard", "_heard", "_heard_cycle", "_heard_for", "_line", "_listener",
        "_manner", "_over", "_queue", "_stopping", "_waiting", "is_speaking",
    )  # fmt: skip

    def __init__(self, engine: Engine, line: Line, listener: Listener) -> None:
        self._engine = engine
        self._line = line
        self._listener = listener
        self._queue: deque[_Item] = deque()
        self._current: _Item | None = None
        self._guard: Alarm[Then] | None = None
        self._buffer = ""
        self._manner: Manner | None = None
        self._waiting = 0
        self._cycle = 0
        self._heard: list[str] = []
        self._heard_cycle = -1
        self._heard_for = 0.0
        # True while an interruption stops what is said, False while another cycle does, else None.
        self._stopping: bool | None = None
        self._over = False
        self.is_speaking = False

    def say(self, text: str, manner: Manner, turn: Turn, *, last: bool) -> bool:
        """Say text after what waits, each sentence once it is complete.

        Args:
            text: It belongs to what came before, unless that was the last of its cycle.
            manner: How.
            turn: Now, and where outputs go.
            last: Whether the talk cycle ends with it.

        Returns:
            Whether there was room; else it is left out.
        """
        if self._waiting + len(text) > MOST_CHARACTERS or len(self._queue) >= MOST_ITEMS:
            return False
        if self._manner is None:
            self._give_way(turn)
        elif self._manner != manner:
            self._flush()
        self._manner = manner
        self._buffer += text
        self._waiting += len(text)
        while (end := _end_of_sentence(self._buffer)) > 0:
            self._put(self._buffer[:end])
            self._buffer = self._buffer[end:]
        if last:
            self._end_cycle()
        self._advance(turn)
        return True

    def play(self, url: str, times: int, manner: Manner, turn: Turn) -> bool:
        """Play a file after what waits; a talk cycle of its own. Return whether there was room."""
        if len(self._queue) >= MOST_ITEMS:
            return False
        self._end_cycle()
        self._give_way(turn)
        self._queue.append(_Item("", self._cycle, manner, url=url, left=times))
        self._end_cycle()
        self._advance(turn)
        return True

    def yields_to(self, what: Interruptible) -> bool:
        """Return whether "speech" or "dtmf" interrupts what is being said."""
        item = self._current or next(iter(self._queue), None)
        return self.is_speaking and item is not None and item.manner.interruptible in {what, "any"}

    def interrupt(self, turn: Turn) -> None:
        """Say no more of all that came; `interrupted` is called once it is known what was heard."""
        self._drop(keep=lambda _: False)
        self._waiting -= len(self._buffer)
        self._buffer = ""
        self._end_cycle()
        if self._stopping is None:
            self._stop_current(turn, interrupted=True)
        else:
            self._stopping = True

    def stop(self, turn: Turn) -> None:
        """Say nothing more; nobody hears of it."""
        self._over = True
        self._queue.clear()
        item = self._current
        if item is not None:
            self._forget(item)
            self._line.stops.pop(item.number, None)
            if self._stopping is None:
                turn.out.append(StopPlayback(self._line.session, item.number))
            self._note(item, turn, whole=False)
            self._current = None

    # --- what waits --------------------------------------------------------------------------------------

    def _put(self, text: str) -> None:
        manner = self._manner
        words = " ".join(_TAG.sub(" ", text).split())
        self._waiting -= len(text)
        if words and manner is not None:
            self._waiting += len(text)
            language = "en-US" if manner.language == "multi" else manner.language
            self._queue.append(_Item(text, self._cycle, manner, Speech(words, "man", language)))

    def _flush(self) -> None:
        if self._buffer:
            text, self._buffer = self._buffer, ""
            self._put(text)

    def _end_cycle(self) -> None:
        self._flush()
        self._manner = None
        self._cycle += 1

    def _give_way(self, turn: Turn) -> None:
        """A cycle begins: what is preemptible of those before is said no more."""
        self._drop(keep=lambda each: not each.manner.preemptible)
        current = self._current
        if current is not None and current.manner.preemptible and self._stopping is None:
            current.left = 0
            self._stop_current(turn, interrupted=False)

    def _drop(self, keep: Callable[[_Item], bool]) -> None:
        self._waiting -= sum(len(each.text) for each in self._queue if not keep(each))
        self._queue = deque(each for each in self._queue if keep(each))

    def _prepare(self, turn: Turn) -> None:
        for item in tuple(islice(self._queue, _AHEAD)):
            if not item.is_asked:
                item.is_asked = True
                self._ask(item, turn)

    def _ask(self, item: _Item, turn: Turn) -> None:
        def ready(event: PromptReady | PromptFailed, turn: Turn) -> None:
            if isinstance(event, PromptReady):
                item.duration = event.duration
                self._advance(turn)
            else:
                self._fail(item, _SPEECH_FAILED, event.reason, turn)

        def fetched(finished: Finished, turn: Turn) -> None:
            if isinstance(finished, FetchFailed):
                self._fail(item, finished.code, f"{finished.url}: {finished.reason}", turn)
                return
            kind = (finished.response.header("Content-Type") or "").partition(";")[0].strip().lower()
            if not kind.startswith("audio/"):
                self._fail(item, 13420, f"{finished.url}: Content-Type {kind!r} is not audio", turn)
                return
            item.prompt = AudioFile(finished.response.body, kind)
            self._engine.prompts.prepare(item.prompt, ready, turn)

        if item.prompt is None:
            self._line.fetch(item.url, fetched, turn)
        else:
            self._engine.prompts.prepare(item.prompt, ready, turn)

    def _fail(self, item: _Item, code: int, reason: str, turn: Turn) -> None:
        if item in self._queue and not self._over:
            self._queue.remove(item)
            self._waiting -= len(item.text)
            self._listener.cannot_say(code, reason, turn)
            self._advance(turn)

    # --- what is said ------------------------------------------------------------------------------------

    def _advance(self, turn: Turn) -> None:
        if self._over or self._stopping is not None:
            return
        if self._current is None and self._queue and self._queue[0].duration >= 0:
            item = self._queue.popleft()
            if item.prompt is not None:
                self._start(item, item.prompt, turn)
        self._prepare(turn)
        if self._current is None and not self._queue and self.is_speaking and not self._over:
            self.is_speaking = False
            self._listener.fell_silent(turn)

    def _start(self, item: _Item, prompt: Prompt, turn: Turn) -> None:
        item.number, item.began_at = self._engine.identifiers.new_token(), turn.now
        self._current = item
        if item.cycle != self._heard_cycle:
            self._heard, self._heard_cycle, self._heard_for = [], item.cycle, 0.0
        self._line.playbacks[item.number] = self._played
        turn.out.append(StartPlayback(self._line.session, item.number, prompt))
        self._guard = self._engine.alarms.set(turn.now + item.duration + REPORT_TIMEOUT, self._played)
        if not self.is_speaking:
            self.is_speaking = True
            self._listener.began_to_speak(turn)

    def _played(self, turn: Turn) -> None:
        item = self._current
        if item is None:
            return
        self._forget(item)
        self._end(item, inf, turn)
        if item.left > 1:
            item.left -= 1
            self._queue.appendleft(item)
            self._waiting += len(item.text)
        self._advance(turn)

    def _stop_current(self, turn: Turn, *, interrupted: bool) -> None:
        item, self._stopping = self._current, interrupted
        if item is None:
            self._stopped(0.0, turn)
            return
        self._forget(item)
        self._line.stops[item.number] = self._stopped
        turn.out.append(StopPlayback(self._line.session, item.number, report=True))

    def _stopped(self, played: float, turn: Turn) -> None:
        """Take how much of it was played, in seconds."""
        interrupted, self._stopping = self._stopping, None
        if self._current is not None:
            self._end(self._current, played, turn)
        if interrupted:
            self._listener.interrupted("".join(self._heard).strip(), self._heard_for, turn)
        self._advance(turn)

    def _end(self, item: _Item, played: float, turn: Turn) -> None:
        whole = played >= item.duration - _ROUNDING
        text = item.text if whole else heard_of(item.text, item.prompt, item.duration, played)
        self._heard.append(text)
        self._heard_for += min(played, item.duration)
        self._current = None
        self._waiting -= len(item.text)
        self._note(item, turn, whole=whole)
        if text.strip():
            self._listener.said(text, turn)

    def _forget(self, item: _Item) -> None:
        self._engine.alarms.cancel(self._guard)
        self._line.playbacks.pop(item.number, None)

    def _note(self, item: _Item, turn: Turn, *, whole: bool) -> None:
        identity = self._line.identity
        text = item.prompt.text if isinstance(item.prompt, Speech) else item.url
        turn.out.append(
            Played(
                at=turn.now, call_sid=identity.call_sid, call_id=identity.call_id, began_at=item.began_at,
                what="words" if item.text else "file", text=text[:LONGEST_TEXT], whole=whole,
            )
        )  # fmt: skip


def heard_of(text: str, prompt: Prompt | None, duration: float, played: float) -> str:
    """Return the beginning of a text that was heard in the first seconds of its prompt, up to a whole word."""
    end = 0
    if isinstance(prompt, Speech):
        for word in words_of(prompt.text, duration):
            if word.ended_at > played + _ROUNDING:
                break
            found = text.find(word.text, end)
            end = found + len(word.text) if found >= 0 else end
    return text[:end]


def _end_of_sentence(text: str) -> int:
    """Return where the first sentence ends that is complete, with the blanks behind it; 0 when none is."""
    found = _SENTENCE.search(text)
    if found is not None and found.end() <= LONGEST_SENTENCE:
        return found.end()
    if len(text) < LONGEST_SENTENCE:
        return 0
    blank = text.rfind(" ", 0, LONGEST_SENTENCE)
    return blank + 1 if blank > 0 else LONGEST_SENTENCE
