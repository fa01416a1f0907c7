"""An interpreter by hand: a voice that only notes what is asked of it, a media side, URLs and a clock."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import NoReturn
from urllib.parse import parse_qsl, urlsplit

from sipdomain.entries import Alert, Entry, VerbStarted
from sipdomain.media.outputs import PreparePrompt, PromptReady, SendDtmf, StartPlayback, StopPlayback
from sipdomain.media.silence import StartListening, StopListening
from sipdomain.twilio.calls.orders import CallOrder
from sipdomain.twilio.calls.owner import Owner
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.engine.turn import Output, Then, Turn
from sipdomain.twilio.interpreter.interpreter import Interpreter
from sipdomain.twilio.interpreter.voice import LastRecording
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rooms.conferences import Conferences
from sipdomain.twilio.rooms.dialler import Dialler
from sipdomain.twilio.rooms.queues import Queues
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallRecord, CallStatus, CallStore
from sipdomain.twilio.store.recordings import RecordingSource, RecordingWish
from sipdomain.twilio.webhooks.exchange import CallIdentity
from sipdomain.twilio.webhooks.http import Fetch, HttpResponse
from sipdomain.twiml.document import Element
from sipdomain.twiml.hearing import Transcribe
from sipdomain.twiml.program import Happened, Outcome, Program, Want
from sipdomain.twiml.verbs.verb import Verb

LENGTH = 2.0
"""How long every prompt lasts."""
TWIML = "<Response><Test/></Response>"


@dataclass
class Webhooks:
    """The webhooks of a call that came with its document."""

    url: str = ""
    method: str = "POST"
    twiml: str = TWIML
    fallback_url: str = ""
    fallback_method: str = "POST"


@dataclass
class Notebook:
    """A recorder that records nothing, and notes what is asked of it."""

    asked: list[str] = field(default_factory=list)
    full: bool = False
    last: LastRecording | None = None
    ended: dict[str, Then] = field(default_factory=dict)

    def begin(
        self, wish: RecordingWish, source: RecordingSource, turn: Turn, *, longest: float, ended: Then
    ) -> str | None:
        del turn
        if self.full:
            return None
        sid = f"RE{len(self.asked)}"
        self.asked.append(f"{source} {wish.track} {wish.channels} {longest:g} {wish.callback_url}")
        self.ended[sid] = ended
        return sid

    def end(self, recording: str, turn: Turn) -> None:
        ended = self.ended.pop(recording, None)
        if ended is not None:
            self.last = LastRecording(f"http://api.test/{recording}", round(turn.now))
            ended(turn)


@dataclass
class Stenographer:
    """Transcribes nothing, and says what it was asked for."""

    asked: list[Transcribe] = field(default_factory=list)
    ended: dict[str, Then] = field(default_factory=dict)

    def begin(self, wish: Transcribe, turn: Turn, *, ended: Then) -> str | None:
        del turn
        sid = f"GT{len(self.asked)}"
        self.asked.append(wish)
        self.ended[sid] = ended
        return sid

    def end(self, transcription: str, turn: Turn) -> None:
        ended = self.ended.pop(transcription, None)
        if ended is not None:
            ended(turn)


@dataclass
class Person:
    """A voice that is answered at once, or never."""

    session: str = "CA1"
    identity: CallIdentity = field(
        default_factory=lambda: CallIdentity("CA1", "call-1", "token", lambda: "c")
    )
    parameters: dict[str, str] = field(default_factory=lambda: {"CallSid": "CA1"})
    sip_headers: tuple[tuple[str, str], ...] = ()
    status: str = "ringing"
    answered_at: float | None = None
    webhooks: Webhooks = field(default_factory=Webhooks)
    conferences: Conferences = field(init=False)
    queues: Queues = field(init=False)
    dialler: Dialler = field(init=False)
    referrals: None = None
    siprecs: None = None
    picks_up: bool = True
    ended: list[tuple[float, str]] = field(default_factory=list)
    recorder: Notebook = field(default_factory=Notebook)
    transcriber: Stenographer = field(default_factory=Stenographer)

    def answer(self, then: Then, turn: Turn) -> None:
        if self.picks_up:
            self.answered_at, self.status = turn.now, "in-progress"
            then(turn)

    def early(self, then: Then, turn: Turn) -> None:
        then(turn)

    def reject(self, reason: str, turn: Turn) -> None:
        self.ended.append((turn.now, reason))

    def hang_up(self, turn: Turn, status: CallStatus = "completed") -> None:
        self.ended.append((turn.now, "hung up" if status == "completed" else status))


def no_leg(record: CallRecord, order: CallOrder, owner: Owner, turn: Turn) -> NoReturn:
    """Fail: whoever dials on a stage calls nobody of SIP."""
    raise AssertionError(f"{order.to} is called")


class Stage:
    """One interpreter and all that it stands on.

    Attributes:
        pages: What a path answers with; what is not named is not answered until `answer`.
        happened: What the verb under test was sent, and when.
        seen: What was asked of the media side and of URLs, in words, and when.
        reports_ends: Whether the media side reports the ends of playbacks.
        listener: Who waited for silence last.
    """

    def __init__(self) -> None:
        ids = Ids(random.Random(2))
        self.engine = Engine(Settings(), Store(ids), CallStore(), ids, random.Random(1))
        self.voice = Person()
        self.voice.conferences = Conferences(self.engine, {})
        self.voice.queues = Queues(self.engine)
        self.voice.dialler = Dialler(self.engine, no_leg)
        self.interpreter = Interpreter(self.engine, self.voice)
        self.now = 0.0
        self.pages: dict[str, str] = {}
        self.happened: list[tuple[float, Happened]] = []
        self.seen: list[tuple[float, str]] = []
        self.entries: list[Entry] = []
        self.reports_ends = True
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.listener = 0
        self._ends: dict[int, float] = {}
        self._fetches: dict[int, str] = {}
        self._ready: deque[int] = deque()
        self._answering = False

    def verb(self, wants: Iterable[Want], outcome: Outcome, *more: Want) -> Verb:
        """Return the verb <Test>: it wants this one after another, and `more` once it was interrupted."""

        def run(_element: Element) -> Program:
            for want in wants:
                happened = yield want
                self.happened.append((self.now, happened))
            for want in more:
                happened = yield want
                self.happened.append((self.now, happened))
            return outcome

        return Verb(name="Test", run=run)

    def do(self, act: Callable[[Turn], None]) -> None:
        """Let something happen now."""
        turn = Turn(self.now)
        act(turn)
        self._carry(turn.out)
        while self._ready and not self._answering:
            self._answering = True
            token = self._ready.popleft()
            self.answer(token, self.pages[self._fetches[token]])
            self._answering = False

    def _carry(self, outputs: Iterable[Output]) -> None:
        for output in outputs:
            match output:
                case Fetch(token, request):
                    path = urlsplit(request.url).path
                    self.forms.append((path, dict(parse_qsl(request.body.decode(), keep_blank_values=True))))
                    self.seen.append((self.now, f"ask {path}"))
                    self._fetches[token] = path
                    if path in self.pages:
                        self._ready.append(token)
                case PreparePrompt(token):
                    self.do(partial(self.engine.prompts.rendered, PromptReady(token, LENGTH)))
                case StartPlayback(playback=playback):
                    self.seen.append((self.now, "play"))
                    self._ends[playback] = self.now + LENGTH
                case StopPlayback(playback=playback):
                    self.seen.append((self.now, "stop"))
                    del self._ends[playback]
                case SendDtmf(keys=keys):
                    self.seen.append((self.now, f"press {keys}"))
                case StartListening(silence=silence):
                    self.seen.append((self.now, f"listen {silence:g}"))
                    self.listener = output.listener
                case StopListening():
                    self.seen.append((self.now, "listen no more"))
                case Entry():
                    self.entries.append(output)
                case _:
                    raise AssertionError(output)

    def answer(self, token: int, body: str) -> None:
        """Answer an HTTP request with a document."""
        del self._fetches[token]
        page = HttpResponse(200, (("Content-Type", "text/xml"),), body.encode())
        self.do(lambda turn: self.engine.exchanges.fetched(token, page, turn))

    def answer_all(self, body: str = "<Response/>", limit: int = 10_000) -> None:
        """Answer what still waits, and what is asked then, as often as that."""
        while self._fetches and limit:
            limit -= 1
            self.answer(next(iter(self._fetches)), body)

    def wait(self, duration: float) -> None:
        """Let time pass: alarms ring, playbacks end."""
        until = self.now + duration
        while (moment := self._next_moment()) is not None and moment <= until:
            self.now = max(self.now, moment)
            for playback in [each for each, at in self._ends.items() if at <= self.now]:
                if not self.reports_ends:
                    self._ends[playback] = float("inf")
                elif self._ends.pop(playback, None) is not None:
                    self.do(partial(self.interpreter.played, playback))
            self.do(self.engine.alarms.ring)
        self.now = until

    def _next_moment(self) -> float | None:
        moments = [at for at in self._ends.values() if at != float("inf")]
        if self.engine.alarms.deadline is not None:
            moments.append(self.engine.alarms.deadline)
        return min(moments, default=None)

    @property
    def alerts(self) -> list[int]:
        """The codes of the alerts."""
        return [each.code for each in self.entries if isinstance(each, Alert)]

    @property
    def verbs(self) -> list[str]:
        """The verbs that began."""
        return [each.verb for each in self.entries if isinstance(each, VerbStarted)]

    @property
    def waits(self) -> tuple[int, int, int, int]:
        """Who waits for a key, for a playback and for silence, and what goes on in the background."""
        context = self.interpreter._context
        return len(context.key_waits), len(context.playbacks), len(context.listeners), len(context.background)

    @property
    def census(self) -> tuple[int, int, int]:
        """Alarms, exchanges and prompts that are awaited."""
        return len(self.engine.alarms), len(self.engine.exchanges), len(self.engine.prompts)
