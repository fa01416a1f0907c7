"""The activities that stand alone: answer, speak, play, press keys, wait for time or a key, ask a URL."""

from __future__ import annotations

from typing import ClassVar, Final

from sipdomain.media.melodies import hold_music
from sipdomain.media.outputs import Patch, PromptFailed, PromptReady, StartPlayback, StopPlayback, Unpatch
from sipdomain.media.patchbay import ECHO
from sipdomain.media.prompts import AudioFile, Beep as Tone, Prompt, Speech
from sipdomain.sip.timers import Alarm
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.activity import Activity, W
from sipdomain.twilio.interpreter.context import Context
from sipdomain.twilio.interpreter.keypad import Keypad
from sipdomain.twilio.interpreter.page import Page, exchange
from sipdomain.twilio.webhooks.exchange import FetchFailed, Finished
from sipdomain.twiml.program import (
    Answer,
    Ask,
    Done,
    Echo,
    Failed,
    Key,
    PlayKeys,
    PlayMusic,
    PlayUrl,
    Pressed,
    Reason,
    Sleep,
    Speak,
)
from sipdomain.twiml.recording import Beep
from sipdomain.voice_entries import LONGEST_TEXT, Played, PlayedKind

REPORT_TIMEOUT: Final = 10.0
"""How long after its length has passed a playback is over though the media side reported nothing, in seconds."""


def played(
    context: Context, kind: PlayedKind, text: str, began_at: float, turn: Turn, *, whole: bool
) -> Played:
    """Return the entry of the journal for what was played to a call, or into a room."""
    voice = context.voice
    identity = voice.identity
    room = voice.session if voice.session != identity.call_sid else ""
    return Played(
        at=turn.now, call_sid=identity.call_sid, call_id=identity.call_id, began_at=began_at, what=kind,
        text=text[:LONGEST_TEXT], whole=whole, conference=room,
    )  # fmt: skip


class Answering(Activity[Answer]):
    """Answers the call; it cannot be taken back."""

    __slots__ = ()

    def _begin(self, turn: Turn) -> None:
        voice = self._page.context.voice
        if voice.answered_at is not None:
            self._answered(turn)
        else:
            voice.answer(self._answered, turn)

    def _answered(self, turn: Turn) -> None:
        self._end(Done(), turn)


class Playing(Activity[W]):
    """Renders a prompt and plays it, until the media side reports that it was heard."""

    __slots__ = ("_began_at", "_guard", "_playback")

    _kind: ClassVar[PlayedKind]

    def __init__(self, page: Page, want: W) -> None:
        super().__init__(page, want)
        self._playback = 0
        self._began_at: float | None = None
        self._guard: Alarm[Then] | None = None

    @property
    def _text(self) -> str:
        """What is played, in the words of the document."""
        return ""

    def _play(self, prompt: Prompt, turn: Turn) -> None:
        context = self._page.context

        def ready(event: PromptReady | PromptFailed, turn: Turn) -> None:
            if self.over:
                return
            if isinstance(event, PromptFailed):
                self._end(Failed(13420, event.reason), turn)
                return
            if self._began_at is None:
                self._began_at = turn.now
            self._playback = context.engine.identifiers.new_token()
            context.playbacks[self._playback] = self._played
            turn.out.append(StartPlayback(context.voice.session, self._playback, prompt))
            self._guard = context.engine.alarms.set(turn.now + event.duration + REPORT_TIMEOUT, self._played)

        context.engine.prompts.prepare(prompt, ready, turn)

    def _played(self, turn: Turn) -> None:
        self._forget()
        self._note(turn, whole=True)
        self._end(Done(), turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        del reason
        if self._playback:
            turn.out.append(StopPlayback(self._page.context.voice.session, self._playback))
            self._forget()
            self._note(turn, whole=False)

    def _note(self, turn: Turn, *, whole: bool) -> None:
        began_at = turn.now if self._began_at is None else self._began_at
        turn.out.append(played(self._page.context, self._kind, self._text, began_at, turn, whole=whole))

    def _forget(self) -> None:
        context = self._page.context
        context.engine.alarms.cancel(self._guard)
        del context.playbacks[self._playback]


class Speaking(Playing[Speak]):
    """Says words."""

    __slots__ = ()

    _kind: ClassVar[PlayedKind] = "words"

    @property
    def _text(self) -> str:
        return self._want.text

    def _begin(self, turn: Turn) -> None:
        want = self._want
        self._play(Speech(want.text, want.voice, want.language), turn)


class Beeping(Playing[Beep]):
    """Plays the tone after which a recording begins."""

    __slots__ = ()

    _kind: ClassVar[PlayedKind] = "beep"

    def _begin(self, turn: Turn) -> None:
        self._play(Tone(), turn)


class PlayingUrl(Playing[PlayUrl]):
    """Asks for an audio file and plays it."""

    __slots__ = ()

    _kind: ClassVar[PlayedKind] = "file"

    @property
    def _text(self) -> str:
        page = self._page
        return page.url if page.reply is not None else page.absolute(self._want.url)

    def _begin(self, turn: Turn) -> None:
        page = self._page
        if page.reply is not None:
            self._fetched(page.reply, turn)
            return
        page.sound = exchange(page.context, "media", "GET", page.absolute(self._want.url), None)
        page.context.engine.exchanges.begin(page.sound, self._fetched, turn)

    def _fetched(self, finished: Finished, turn: Turn) -> None:
        if self.over:
            return
        if isinstance(finished, FetchFailed):
            self._end(Failed(finished.code, finished.reason, finished.url), turn)
            return
        content_type = (finished.response.header("Content-Type") or "").partition(";")[0].strip().lower()
        if not content_type.startswith("audio/"):
            reason = f"Content-Type {content_type!r} is not audio"
            self._end(Failed(13420, reason, finished.url), turn)
            return
        self._play(AudioFile(finished.response.body, content_type), turn)


class PlayingMusic(Playing[PlayMusic]):
    """Plays music, over and over."""

    __slots__ = ()

    _kind: ClassVar[PlayedKind] = "music"

    def _begin(self, turn: Turn) -> None:
        self._play(hold_music(), turn)

    def _played(self, turn: Turn) -> None:
        self._forget()
        self._play(hold_music(), turn)


class Echoing(Activity[Echo]):
    """Lets the caller hear what it says."""

    __slots__ = ()

    def _begin(self, turn: Turn) -> None:
        session = self._page.context.voice.session
        turn.out.append(Patch(session, session, ECHO))

    def _stop(self, reason: Reason, turn: Turn) -> None:
        del reason
        session = self._page.context.voice.session
        turn.out.append(Unpatch(session, session))


class PressingKeys(Activity[PlayKeys]):
    """Presses keys, one after another."""

    __slots__ = ("_began_at", "_keypad")

    def __init__(self, page: Page, want: PlayKeys) -> None:
        super().__init__(page, want)
        self._keypad = Keypad(page.context.engine, page.context.voice.session)
        self._began_at = 0.0

    def _begin(self, turn: Turn) -> None:
        self._began_at = turn.now
        self._keypad.press(self._want.digits, self._pressed, turn)

    def _pressed(self, turn: Turn) -> None:
        self._note(turn, whole=True)
        self._end(Done(), turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        del reason
        self._keypad.stop()
        self._note(turn, whole=False)

    def _note(self, turn: Turn, *, whole: bool) -> None:
        context, digits = self._page.context, self._want.digits
        turn.out.append(played(context, "keys", digits, self._began_at, turn, whole=whole))


class Sleeping(Activity[Sleep]):
    """Lets time pass."""

    __slots__ = ("_alarm",)

    def __init__(self, page: Page, want: Sleep) -> None:
        super().__init__(page, want)
        self._alarm: Alarm[Then] | None = None

    def _begin(self, turn: Turn) -> None:
        self._alarm = self._page.context.engine.alarms.set(turn.now + self._want.duration, self._waited)

    def _waited(self, turn: Turn) -> None:
        self._end(Done(), turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        del reason, turn
        self._page.context.engine.alarms.cancel(self._alarm)


class AwaitingKey(Activity[Key]):
    """Waits for a key of the caller."""

    __slots__ = ()

    def _begin(self, turn: Turn) -> None:
        del turn
        self._page.context.key_waits[self] = self._pressed

    def _pressed(self, key: str, turn: Turn) -> None:
        if self._want.only and key not in self._want.only:
            self._page.context.key_waits[self] = self._pressed
            return
        self._end(Pressed(key), turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        del reason, turn
        self._page.context.key_waits.pop(self, None)


class Asking(Activity[Ask]):
    """Asks a URL, and lets its answer be."""

    __slots__ = ()

    def _begin(self, turn: Turn) -> None:
        page, want = self._page, self._want
        asked = exchange(page.context, "action", want.method, page.absolute(want.url), want.parameters)
        page.context.engine.exchanges.begin(asked, self._answered, turn)

    def _answered(self, finished: Finished, turn: Turn) -> None:
        if isinstance(finished, FetchFailed):
            self._end(Failed(finished.code, finished.reason, finished.url), turn)
        else:
            self._end(Done(), turn)
