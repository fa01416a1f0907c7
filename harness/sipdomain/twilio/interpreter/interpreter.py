"""Carries TwiML out on a call: fetches documents, runs them, falls back when they fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from sipdomain.entries import Alert, Announced, VerbStarted
from sipdomain.errors import TwimlError
from sipdomain.media.outputs import PromptFailed, PromptReady, StartPlayback, StopPlayback
from sipdomain.media.prompts import AudioFile, Prompt, Speech
from sipdomain.sip.timers import Alarm
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.keypad import Keypad
from sipdomain.twilio.webhooks.exchange import Exchange, Fetched, FetchFailed, Finished, Purpose, ordered
from sipdomain.twilio.webhooks.http import excess_of
from sipdomain.twilio.webhooks.login import without_login
from sipdomain.twiml.document import Document, Element
from sipdomain.twiml.program import (
    Answer,
    Continue,
    Crash,
    Done,
    End,
    Failed,
    Goto,
    Happened,
    HungUp,
    Outcome,
    PlayKeys,
    PlayUrl,
    Program,
    Refuse,
    Sleep,
    Speak,
    Want,
)
from sipdomain.twiml.reply import read_reply
from sipdomain.twiml.runner import run

if TYPE_CHECKING:
    from sipdomain.twilio.calls.leg import Leg

APOLOGY: Final = "We're sorry, an application error has occurred. Goodbye."
_LAST_WISHES: Final = 10


class Executor:
    """Runs one call's documents, one after another."""

    __slots__ = (
        "_alarm",
        "_base_url",
        "_call",
        "_documents",
        "_engine",
        "_keypad",
        "_on_fallback",
        "_over",
        "_page",
        "_playback",
        "_program",
        "_reply",
        "_sound",
        "_turn",
    )  # fmt: skip

    def __init__(self, engine: Engine, call: Leg) -> None:
        self._engine = engine
        self._call = call
        self._program: Program | None = None
        self._keypad = Keypad(engine, call.session)
        self._alarm: Alarm[Then] | None = None
        self._playback: int | None = None
        self._base_url = ""
        self._documents = 0
        self._on_fallback = False
        self._over = False
        self._page: Exchange | None = None
        self._reply: Fetched | None = None
        self._sound: Exchange | None = None
        self._turn = Turn(0.0)

    def start(self, turn: Turn) -> None:
        """Ask the voice URL what to do, or do what the document says that the call came with."""
        handling = self._call.handling
        if handling.url:
            self._fetch("voice", handling.url, handling.method, turn)
        else:
            self.start_with(handling.twiml, turn)

    def start_at(self, url: str, method: str, turn: Turn) -> None:
        """Ask another URL what to do, as the REST API wants it (rule call-update)."""
        self._fetch("redirect", url, method, turn)

    def start_with(self, twiml: str, turn: Turn) -> None:
        """Carry out a document that the REST API brings (rule call-update)."""
        self._reply = None
        try:
            document = read_reply("text/xml", twiml.encode(), "")
        except TwimlError as error:
            self._fail(error.code, str(error), "", turn)
            return
        self._run(document, "", turn)

    def hung_up(self, turn: Turn) -> None:
        """The call is over: stop what plays, and let the running verb finish its books."""
        self._over = True
        self._engine.alarms.cancel(self._alarm)
        self._keypad.stop()
        if self._playback is not None:
            turn.out.append(StopPlayback(self._call.session, self._playback))
            self._playback = None
        program, self._program = self._program, None
        if program is None:
            return
        try:
            for _ in range(_LAST_WISHES):
                program.send(HungUp())
        except StopIteration:
            return
        program.close()

    # --- documents ---------------------------------------------------------------------------------------

    def _fetch(
        self, purpose: Purpose, url: str, method: str, turn: Turn, extra: dict[str, str] | None = None
    ) -> None:
        self._documents += 1
        if self._documents > self._engine.settings.most_documents:
            self._warn(12400, "error", f"more than {self._documents - 1} documents in one call", turn)
            self._apologise(turn)
            return
        call = self._call
        parameters = ordered(
            {**call.parameters, "CallStatus": call.status, **(extra or {})}, call.sip_headers
        )
        exchange = self._page = self._exchange(purpose, method, url, parameters)
        self._engine.exchanges.begin(exchange, self._document, turn)

    def _exchange(
        self, purpose: Purpose, method: str, url: str, parameters: tuple[tuple[str, str], ...]
    ) -> Exchange:
        return Exchange(
            self._call.identity, purpose, method, url, parameters,
            new_token=self._engine.identifiers.new_token, idempotency=self._engine.identifiers.new_uuid(),
        )  # fmt: skip

    def _document(self, finished: Finished, turn: Turn) -> None:
        if self._over:
            return
        if isinstance(finished, FetchFailed):
            self._fail(finished.code, finished.reason, finished.url, turn)
            return
        response = finished.response
        try:
            document = read_reply(response.header("Content-Type"), response.body, finished.url)
        except TwimlError as error:
            excess = excess_of(response)
            self._fail(error.code, f"{error}; {excess}" if excess else str(error), finished.url, turn)
            return
        content_type = response.header("Content-Type") or ""
        self._reply = finished if content_type.lstrip().lower().startswith("audio/") else None
        self._run(document, finished.url, turn)

    def _run(self, document: Document, url: str, turn: Turn) -> None:
        self._base_url = url
        for warning in document.warnings:
            self._warn(
                warning.code, "warning", f"{url or 'Twiml'} line {warning.line}: {warning.message}", turn
            )
        self._begin(run(document, self._note_verb), turn)

    def _begin(self, program: Program, turn: Turn) -> None:
        self._program = program
        self._resume(None, turn)

    def _fail(self, code: int, reason: str, url: str, turn: Turn, about: Exchange | None = None) -> None:
        """Go to the fallback URL, or say sorry and end (rules fallback, error-announcement)."""
        self._warn(code, "error", f"{url}: {reason}" if url else reason, turn, about)
        handling = self._call.handling
        if handling.fallback_url and not self._on_fallback:
            self._on_fallback = True
            error = {"ErrorCode": str(code), "ErrorUrl": without_login(url)}
            self._fetch("fallback", handling.fallback_url, handling.fallback_method, turn, error)
        else:
            self._apologise(turn)

    def _apologise(self, turn: Turn) -> None:
        identity = self._call.identity
        turn.out.append(
            Announced(at=turn.now, call_sid=identity.call_sid, call_id=identity.call_id, text=APOLOGY)
        )
        self._begin(_apology(), turn)

    # --- the running document ----------------------------------------------------------------------------

    def _resume(self, event: Happened | None, turn: Turn) -> None:
        program, self._turn = self._program, turn
        while program is not None:
            try:
                want = next(program) if event is None else program.send(event)
            except StopIteration as stop:
                self._program = None
                self._ended(stop.value, turn)
                return
            event = self._carry_out(want, turn)
            if event is None:
                return

    def _carry_out(self, want: Want, turn: Turn) -> Happened | None:
        """Do what a verb wants; None when it takes time, and `_resume` is called at its end."""
        match want:
            case Answer():
                if self._call.answered_at is not None:
                    return Done()
                self._call.answer(self._answered, turn)
            case Speak(text, voice, language):
                self._play(Speech(text, voice, language), turn)
            case PlayKeys(digits):
                self._keypad.press(digits, self._waited, turn)
            case PlayUrl() if self._reply is not None:
                self._audio(self._reply, turn)
            case PlayUrl(url):
                exchange = self._sound = self._exchange("media", "GET", self._absolute(url), ())
                self._engine.exchanges.begin(exchange, self._audio, turn)
            case Sleep(duration):
                self._alarm = self._engine.alarms.set(turn.now + duration, self._waited)
        return None

    def _absolute(self, url: str) -> str:
        """Return a URL of a document; one that cannot be read stays as it is, and fails when it is asked."""
        try:
            return urljoin(self._base_url, url)
        except ValueError:
            return url

    def _answered(self, turn: Turn) -> None:
        if not self._over:
            self._resume(Done(), turn)

    def _audio(self, finished: Finished, turn: Turn) -> None:
        if self._over:
            return
        if isinstance(finished, FetchFailed):
            self._resume(Failed(finished.code, finished.reason, finished.url), turn)
            return
        content_type = (finished.response.header("Content-Type") or "").partition(";")[0].strip().lower()
        if not content_type.startswith("audio/"):
            reason = f"Content-Type {content_type!r} is not audio"
            self._resume(Failed(13420, reason, finished.url), turn)
            return
        self._play(AudioFile(finished.response.body, content_type), turn)

    def _play(self, prompt: Prompt, turn: Turn) -> None:
        def ready(event: PromptReady | PromptFailed, turn: Turn) -> None:
            if self._over:
                return
            if isinstance(event, PromptFailed):
                self._resume(Failed(13420, event.reason), turn)
                return
            self._playback = self._engine.identifiers.new_token()
            turn.out.append(StartPlayback(self._call.session, self._playback, prompt))
            self._alarm = self._engine.alarms.set(turn.now + event.duration, self._waited)

        self._engine.prompts.prepare(prompt, ready, turn)

    def _waited(self, turn: Turn) -> None:
        self._alarm = None
        self._playback = None
        self._resume(Done(), turn)

    def _ended(self, outcome: Outcome, turn: Turn) -> None:
        match outcome:
            case Goto(url, method):
                self._on_fallback = False
                if not self._base_url and _is_relative(url):
                    self._fail(
                        15004, f"{url!r} is relative, and this document has no URL of its own", "", turn
                    )
                    return
                self._fetch("redirect", self._absolute(url), method, turn)
            case Refuse(reason):
                self._call.reject(reason, turn)
            case Crash(Failed(code, reason, url)):
                self._fail(code, reason, url or self._base_url, turn, self._sound if url else None)
            case Continue() | End():
                self._call.hang_up(turn)

    # --- evidence ----------------------------------------------------------------------------------------

    def _note_verb(self, element: Element) -> None:
        identity, turn = self._call.identity, self._turn
        turn.out.append(
            VerbStarted(
                at=turn.now, call_sid=identity.call_sid, call_id=identity.call_id,
                verb=element.name, text=element.text[:200],
            )
        )  # fmt: skip

    def _warn(self, code: int, level: str, text: str, turn: Turn, about: Exchange | None = None) -> None:
        """Raise an alert about an exchange, by default that of the document."""
        identity, about = self._call.identity, about or self._page
        turn.out.append(
            Alert(
                at=turn.now, call_sid=identity.call_sid, call_id=identity.call_id, code=code,
                level="error" if level == "error" else "warning", text=text,
                token=about.token if about is not None else 0,
            )
        )  # fmt: skip


def _is_relative(url: str) -> bool:
    try:
        return not urlsplit(url).scheme
    except ValueError:
        return False


def _apology() -> Program:
    yield Answer()
    yield Speak(APOLOGY)
    return End()
