"""Carries TwiML out on a call: what the call, its keys and the media side say goes to what waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sipdomain.entries import Decision
from sipdomain.media.playbacks import PlaybackStopped
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.context import Context
from sipdomain.twilio.interpreter.documents import Documents, begin_inside
from sipdomain.twilio.interpreter.page import Page
from sipdomain.twilio.interpreter.streaming import begin_stream
from sipdomain.twilio.interpreter.voice import Voice
from sipdomain.twilio.streams.stream import Stream, StreamResult
from sipdomain.twiml.program import End, Failed, Nested, Outcome, Parameters, Reason, Refuse
from sipdomain.twiml.streaming import OpenStream
from sipdomain.twiml.verbs import NOT_EMULATED, VERBS
from sipdomain.voice_entries import KeyHeard

WHISPERED: Final = (VERBS.keys() | NOT_EMULATED) - {"Dial", "Enqueue", "Leave"}
"""What may stand in a document for who was dialled: all but what would take the leg elsewhere (of Dial documented)."""
DIAL_IN_DIAL: Final = 13201


class Interpreter:
    """Runs the documents of one call, and outlives it: an interrupted verb may still ask its URLs."""

    __slots__ = ("_context", "_documents", "_dropped_a_key")

    def __init__(self, engine: Engine, voice: Voice) -> None:
        """Wait for `start`.

        Args:
            engine: The engine.
            voice: Who is spoken to.
        """
        self._context = Context(engine, voice)
        self._documents = Documents(self._context, self._ended)
        self._dropped_a_key = False

    def start(self, turn: Turn) -> None:
        """Ask the voice URL what to do, or do what the document says that the call came with."""
        webhooks = self._context.voice.webhooks
        if webhooks.url:
            self._documents.ask("voice", webhooks.url, webhooks.method, turn)
        else:
            self._documents.bring(webhooks.twiml, turn)

    def whisper(self, parameters: Parameters, then: Callable[[Outcome, Turn], None], turn: Turn) -> None:
        """Carry out the voice URL's document for who was dialled, before the caller is there.

        Args:
            parameters: What the request says besides the call's own parameters.
            then: Called once with how the last document ended, unless they are left before.
            turn: Now, and where outputs go.
        """
        webhooks = self._context.voice.webhooks
        want = Nested(
            webhooks.url, webhooks.method, parameters, allowed=frozenset(WHISPERED), misplaced=DIAL_IN_DIAL
        )
        self._documents = begin_inside(Page(self._context, begin_inside), want, then, turn)

    def let_keys_go_across(self) -> None:
        """Take it from now on for granted that nothing here waits for keys: who the voice is connected to hears them."""
        self._dropped_a_key = True

    def redirect(self, url: str, method: str, twiml: str, turn: Turn, parameters: Parameters = ()) -> None:
        """Leave what runs, and go on with another URL, or with a document when there is none (rule call-update)."""
        self._documents.leave("redirected", turn)
        self._context.documents = 0
        self._documents = Documents(self._context, self._ended)
        if url:
            self._documents.ask("redirect", url, method, turn, parameters)
        else:
            self._documents.bring(twiml, turn)

    def transfer(self, to: str) -> Then | None:
        """Return what to do when the phone wants its call moved to somebody; None when nothing allows that."""
        allowed = self._context.transfer
        return None if allowed is None else allowed(to)

    def interrupt(self, reason: Reason, turn: Turn) -> None:
        """Stop what the running verb waits for, and say why; it goes on."""
        self._documents.interrupt(reason, turn)

    def hung_up(self, turn: Turn) -> None:
        """Stop all that goes on: the call is over."""
        background, self._context.background = self._context.background, {}
        for activity in background.values():
            activity.stop("hung-up", turn)
        for stream in tuple(self._context.streams):
            if not stream.wish.both_ways:
                stream.stop(turn)
        self._documents.leave("hung-up", turn)

    def key_pressed(self, key: str, turn: Turn) -> None:
        """Take a key of the caller; one that nothing waits for is dropped, and the first one noted."""
        waits, self._context.key_waits = self._context.key_waits, {}
        identity = self._context.voice.identity
        streamed = self._context.relay is not None or any(
            each.wish.both_ways for each in self._context.streams
        )
        turn.out.append(
            KeyHeard(
                at=turn.now, call_sid=identity.call_sid, call_id=identity.call_id, key=key,
                awaited=bool(waits) or streamed,
            )
        )  # fmt: skip
        for each in self._context.streams:
            each.press(key, turn)
        if self._context.relay is not None:
            self._context.relay.press(key, turn)
        for wait in waits.values():
            wait(key, turn)
        if not waits and not streamed and not self._dropped_a_key:
            self._dropped_a_key = True
            turn.out.append(
                Decision(
                    at=turn.now, call_id=identity.call_id, method="INVITE", check="keys",
                    outcome="noted", reason="key-dropped", rule="gather-type-ahead", got=f"key {key}",
                    wanted="a <Gather> that waits for keys",
                    mend="press keys while a <Gather>, or what plays inside it, goes on",
                )
            )  # fmt: skip

    def stream(self, sid: str, wish: OpenStream | None, turn: Turn) -> None:
        """Begin a stream as the REST API asks, beside what goes on; or stop one, without a wish."""
        if wish is None:
            for each in tuple(self._context.streams):
                if each.sid == sid:
                    each.stop(turn)
            return
        begun = begin_stream(self._context, wish, _over, turn, sid=sid)
        if isinstance(begun, Failed):
            Page(self._context, begin_inside).warn(begun.code, "error", begun.reason, turn)
        else:
            begun.begin(turn)

    @property
    def streamed_tracks(self) -> int:
        """How many tracks of the call go over WebSockets, those of <Connect> excepted."""
        return self._context.streamed_tracks

    def played(self, playback: int, turn: Turn) -> None:
        """Take the end of a playback."""
        wait = self._context.playbacks.get(playback)
        if wait is not None:
            wait(turn)

    def playback_stopped(self, event: PlaybackStopped, turn: Turn) -> None:
        """Take how much was played of a playback that was stopped."""
        wait = self._context.stops.pop(event.playback, None)
        if wait is not None:
            wait(event.played, turn)

    def fell_silent(self, turn: Turn) -> None:
        """Take the news that no audio comes: the call is about to end."""
        if self._context.relay is not None:
            self._context.relay.no_audio(turn)

    def silence_heard(self, listener: int, turn: Turn) -> None:
        """Take the news that the caller was silent for as long as somebody waited for."""
        wait = self._context.listeners.get(listener)
        if wait is not None:
            wait(turn)

    def _ended(self, outcome: Outcome, turn: Turn) -> None:
        if isinstance(outcome, Refuse):
            self._context.voice.reject(outcome.reason, turn)
        else:
            failed = isinstance(outcome, End) and outcome.failed
            self._context.voice.hang_up(turn, "failed" if failed else "completed")


def _over(_stream: Stream, _result: StreamResult, _turn: Turn) -> None:
    """Let a stream end that nothing waits for."""
