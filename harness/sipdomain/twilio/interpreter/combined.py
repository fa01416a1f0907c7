"""The activities that hold others, and which activity carries out which want."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from sipdomain.media.hearing import (
    HearingFailed,
    HearingInput,
    HearingOver,
    SpeechBegan,
    StartHearing,
    WordsHeard,
)
from sipdomain.sip.timers import Alarm
from sipdomain.twilio.engine.callback_queue import CallbackQueue
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.activities import (
    Answering,
    Asking,
    AwaitingKey,
    Beeping,
    Echoing,
    PlayingMusic,
    PlayingUrl,
    PressingKeys,
    Sleeping,
    Speaking,
)
from sipdomain.twilio.interpreter.activity import Activity
from sipdomain.twilio.interpreter.calling import Calling, RecallingCalled
from sipdomain.twilio.interpreter.conferring import Conferring
from sipdomain.twilio.interpreter.hearing import Transcribing
from sipdomain.twilio.interpreter.page import Documents, Page
from sipdomain.twilio.interpreter.queueing import DiallingQueue, Queueing, RecallingQueue
from sipdomain.twilio.interpreter.recording import Recalling, Recording
from sipdomain.twilio.interpreter.relaying import RecallingRelay, Relaying
from sipdomain.twilio.interpreter.siprecing import Siprecing
from sipdomain.twilio.interpreter.streaming import RecallingStream, Streaming
from sipdomain.twilio.interpreter.transferring import RecallingTransfer, Transferring
from sipdomain.twilio.webhooks.exchange import ordered
from sipdomain.twiml.dialling import Call, LastCalled
from sipdomain.twiml.hearing import Heard, Transcribe
from sipdomain.twiml.meeting import Confer, DialQueue, Enqueue, LastQueue
from sipdomain.twiml.profanity import filtered
from sipdomain.twiml.program import (
    Answer,
    Ask,
    Begin,
    Done,
    Echo,
    Failed,
    First,
    FirstOf,
    Happened,
    Hear,
    Key,
    Nested,
    Outcome,
    PlayKeys,
    PlayMusic,
    PlayUrl,
    Ran,
    Reason,
    Sleep,
    Speak,
    Stop,
    Want,
)
from sipdomain.twiml.recording import Beep, LastRecording, Record
from sipdomain.twiml.relay import LastRelay, OpenRelay
from sipdomain.twiml.siprec import OpenSiprec
from sipdomain.twiml.streaming import LastStream, OpenStream
from sipdomain.twiml.transferring import LastTransfer, Transfer

MOST_IN_BACKGROUND: Final = 16
"""How much may go on in the background of one call at once (assumed)."""


class Racing(Activity[FirstOf]):
    """Does several things at once until the first of them ends."""

    __slots__ = ("_parts",)

    def __init__(self, page: Page, want: FirstOf) -> None:
        super().__init__(page, want)
        self._parts: list[Activity[Any]] = []

    def _begin(self, turn: Turn) -> None:
        for place, want in enumerate(self._want.wants):
            if self.over:
                return  # The part before has stopped it.
            part = activity_of(want, self._page)
            self._parts.append(part)
            happened = part.begin(partial(self._ended, place), turn)
            if happened is not None:
                self._ended(place, happened, turn)
                return

    def _ended(self, place: int, happened: Happened, turn: Turn) -> None:
        self._stop("stopped", turn)
        self._end(First(place, happened), turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        for part in self._parts:
            part.stop(reason, turn)


class Listening(Activity[Hear]):
    """Hears the caller, beside something else that the caller's first word stops."""

    __slots__ = ("_beside", "_hearing", "_limit", "_partials")

    def __init__(self, page: Page, want: Hear) -> None:
        super().__init__(page, want)
        self._hearing = 0
        self._limit: Alarm[Then] | None = None
        self._beside: Activity[Any] | None = None
        voice = page.context.voice
        self._partials = CallbackQueue(page.context.engine, voice.identity, "partial")

    def _begin(self, turn: Turn) -> None:
        want, context = self._want, self._page.context
        wish = StartHearing(
            context.voice.session, 0, pause=want.pause, partials=bool(want.partial_url), hints=want.hints,
            language=want.language,
        )  # fmt: skip
        self._hearing = context.engine.hearings.begin(
            wish, "gather", context.voice.identity, self._heard, turn
        )
        self._beside = beside = activity_of(want.until, self._page)
        happened = beside.begin(self._other_ended, turn)
        if happened is not None:
            self._other_ended(happened, turn)

    def _other_ended(self, happened: Happened, turn: Turn) -> None:
        self._stop("stopped", turn)
        self._end(happened, turn)

    def _heard(self, event: HearingInput, turn: Turn) -> None:
        match event:
            case SpeechBegan():
                if self._beside is not None:
                    self._beside.stop("stopped", turn)
                context = self._page.context
                hearings, alarms = context.engine.hearings, context.engine.alarms
                end = partial(hearings.end, self._hearing)
                self._limit = self._limit or alarms.set(turn.now + self._want.longest, end)
            case WordsHeard(final=True):
                self._stop("stopped", turn)
                self._end(Heard(self._shown(event.text), event.confidence), turn)
            case WordsHeard():
                self._report(event, turn)
            case HearingFailed(reason=reason):
                self._page.warn(13340, "error", f"the caller's words are not understood: {reason}", turn)
            case HearingOver():
                self._stop("stopped", turn)
                self._end(Heard("", 0.0), turn)

    def _shown(self, text: str) -> str:
        return filtered(text) if self._want.profanity_filter else text

    def _report(self, event: WordsHeard, turn: Turn) -> None:
        """Say what is heard so far; the answer is nobody's business."""
        voice = self._page.context.voice
        said = {
            **voice.parameters, "CallStatus": voice.status, "UnstableSpeechResult": self._shown(event.text),
            "StableSpeechResult": "", "Stability": f"{event.stability:g}",
        }  # fmt: skip
        url = self._page.absolute(self._want.partial_url)
        self._partials.put(self._want.partial_method, url, ordered(said, voice.sip_headers), turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        engine = self._page.context.engine
        engine.alarms.cancel(self._limit)
        engine.hearings.drop(self._hearing, turn)
        if self._beside is not None:
            self._beside.stop(reason, turn)


class Nesting(Activity[Nested]):
    """Runs another document inside."""

    __slots__ = ("_inside",)

    def __init__(self, page: Page, want: Nested) -> None:
        super().__init__(page, want)
        self._inside: Documents | None = None

    def _begin(self, turn: Turn) -> None:
        self._inside = self._page.nest(self._want, self._ran, turn)
        if self.over:
            self._inside.leave("stopped", turn)

    def _ran(self, outcome: Outcome, turn: Turn) -> None:
        self._inside = None
        self._end(Ran(outcome), turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        if self._inside is not None:
            self._inside.leave(reason, turn)


class Beginning(Activity[Begin]):
    """Begins something in the background; its end is nobody's business but its own."""

    __slots__ = ()

    def _begin(self, turn: Turn) -> None:
        context = self._page.context
        name = self._want.name or f"#{context.engine.identifiers.new_token()}"
        background = context.background
        if name in background:
            self._end(Failed(12400, f"{name!r} goes on in the background already"), turn)
            return
        if len(background) >= MOST_IN_BACKGROUND:
            self._end(Failed(12400, f"{MOST_IN_BACKGROUND} things go on in the background already"), turn)
            return
        activity = background[name] = activity_of(self._want.want, self._page)

        def ended(_happened: Happened, _turn: Turn) -> None:
            del background[name]

        if activity.begin(ended, turn) is not None:
            del background[name]
        self._end(Done(), turn)


class Stopping(Activity[Stop]):
    """Stops something in the background."""

    __slots__ = ()

    def _begin(self, turn: Turn) -> None:
        activity = self._page.context.background.pop(self._want.name, None)
        if activity is None:
            self._end(Failed(12400, f"nothing goes on in the background as {self._want.name!r}"), turn)
        else:
            activity.stop("stopped", turn)
            self._end(Done(), turn)


_ACTIVITIES: Final[dict[type[Want], Callable[[Page, Any], Activity[Any]]]] = {
    Answer: Answering,
    Ask: Asking,
    Beep: Beeping,
    Begin: Beginning,
    Call: Calling,
    Confer: Conferring,
    DialQueue: DiallingQueue,
    Enqueue: Queueing,
    FirstOf: Racing,
    Hear: Listening,
    Key: AwaitingKey,
    LastQueue: RecallingQueue,
    LastCalled: RecallingCalled,
    LastRecording: Recalling,
    LastRelay: RecallingRelay,
    LastStream: RecallingStream,
    LastTransfer: RecallingTransfer,
    Nested: Nesting,
    PlayKeys: PressingKeys,
    PlayMusic: PlayingMusic,
    Echo: Echoing,
    OpenRelay: Relaying,
    OpenSiprec: Siprecing,
    OpenStream: Streaming,
    PlayUrl: PlayingUrl,
    Record: Recording,
    Sleep: Sleeping,
    Speak: Speaking,
    Stop: Stopping,
    Transcribe: Transcribing,
    Transfer: Transferring,
}


def activity_of(want: Want, page: Page) -> Activity[Any]:
    """Return what carries a want of a document out."""
    return _ACTIVITIES[type(want)](page, want)
