"""One ConversationRelay from its beginning to its end.

Sources: https://www.twilio.com/docs/voice/twiml/connect/conversationrelay, …/voice/conversationrelay/websocket-messages
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final, Literal

from sipdomain.sip.timers import Alarm
from sipdomain.twilio.behaviours.far_calls import applied
from sipdomain.twilio.behaviours.no_relay import NoRelay
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.evidence import alert
from sipdomain.twilio.engine.sockets import UnusableUrl
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.relay.ear import RelayEar
from sipdomain.twilio.relay.reading import Digits, End, Language, Media, Token, read
from sipdomain.twilio.relay.talk import Line, Manner, Talk
from sipdomain.twilio.webhooks.socket import SocketFailed
from sipdomain.twilio.webhooks.socket_json import Wrong
from sipdomain.twiml.relay import OpenRelay, Relayed, RelayStatus

PURPOSE: Final = "relay"
NO_SOCKET: Final = 64102
TOO_LONG: Final = 64104
TOO_MANY: Final = 64109
TOO_MANY_WORDS: Final = "the account has as many sessions at once as it may have"
SOCKET_ENDED: Final = 64105
UNSUITABLE: Final = 64106
INVALID_MESSAGE: Final = 64107
NO_AUDIO: Final = 64108
NETWORK: Final = 39001
NETWORK_WORDS: Final = "Network connection to WebSocket server failed."
MOST_WRONG: Final = 10
"""How many messages that are not valid may come in a row (the page of the messages)."""
TOO_MANY_WRONG: Final = "Too many consecutive malformed messages"
_NOT_VALID: Final = 1007
_NOT_HEARD: Final = 32655
_LONGEST_ECHO: Final = 1_000
"""How many characters of a message that is not valid are said in the error."""


class Relay:
    """A session that is not over.

    Attributes:
        sid: Its SID.
        wish: What is wanted.
        over: Whether it is over.
    """

    __slots__ = (
        "_began_at", "_ear", "_ended", "_engine", "_held", "_is_open", "_limit", "_line", "_setup", "_socket", "_talk",
        "_tts_language", "_wrong", "over", "sid", "wish",
    )  # fmt: skip

    def __init__(
        self, engine: Engine, wish: OpenRelay, line: Line, setup: Mapping[str, str], ended: Callable[[Relayed, Turn], None]
    ) -> None:  # fmt: skip
        """Wait for `begin`.

        Args:
            engine: The engine.
            wish: What is wanted; its url is absolute.
            line: The call.
            setup: What the first message says of the call.
            ended: Called once at its end, whoever ends it.
        """
        self.sid = engine.ids.new("VX")
        self.wish = wish
        self.over = False
        self._engine = engine
        self._line = line
        self._setup = setup
        self._ended = ended
        self._talk = Talk(engine, line, self)
        self._ear = RelayEar(engine, line, wish, self._talk, self)
        self._tts_language = wish.tts_language
        self._socket = 0
        self._began_at = 0.0
        self._is_open = False
        self._limit: Alarm[Then] | None = None
        self._wrong = 0
        self._held: list[dict[str, object]] | None = None  # What waits until it is known what was heard.

    def begin(self, turn: Turn) -> None:
        """Ask the server for a socket; it may be over at once."""
        self._began_at = turn.now
        refusal = self.wish.refusal
        if refusal is not None and refusal[0] != UNSUITABLE:
            self._end("failed", turn, code=refusal[0], reason=refusal[1])
            return
        if self._is_too_many(turn):
            self._alert(TOO_MANY, "error", TOO_MANY_WORDS, turn)
            self._end("failed", turn, code=TOO_MANY, reason=TOO_MANY_WORDS)
            return
        opened = self._engine.sockets.open(
            self.wish.url, self._line.identity, self, turn, purpose=PURPOSE, keeps_query=True
        )
        if isinstance(opened, UnusableUrl):
            self._lose(NO_SOCKET, opened.reason, turn)
            return
        self._socket = opened

    def _is_too_many(self, turn: Turn) -> bool:
        """Return whether the cloud refuses a session of this call on purpose (rule relay-concurrency)."""
        far_end, call_id = self._engine.far_end, self._line.identity.call_id
        refusal = None if far_end.is_idle else far_end.calls.find(call_id, NoRelay)
        if refusal is not None:
            turn.out.append(applied(refusal, call_id, turn.now, "ConversationRelay refused with 64109"))
        return refusal is not None

    def stop(self, status: RelayStatus, turn: Turn) -> None:
        """End it from our side; harmless when it is over."""
        if not self.over:
            self._end(status, turn)

    def press(self, key: str, turn: Turn) -> None:
        """Take a key of the caller's (rules relay-dtmf, relay-interrupt)."""
        if self.over or not self._is_open:
            return
        reported = not self._talk.is_speaking or self.wish.reports in {"dtmf", "any"}
        if self._talk.yields_to("dtmf"):
            self.interrupt(turn)
            reported = True
        if self.wish.keys and reported:
            self._send({"type": "dtmf", "digit": key}, turn)

    def no_audio(self, turn: Turn) -> None:
        """Say that no audio of the caller came; the call ends by that."""
        if not self.over:
            self._alert(NO_AUDIO, "error", "no audio of the caller came", turn)

    # --- the socket --------------------------------------------------------------------------------------

    def opened(self, turn: Turn) -> None:
        """Say who calls; then greet, and listen."""
        self._is_open = True
        custom = dict(self.wish.parameters)
        self._send({"type": "setup", "sessionId": self.sid, **self._setup, "customParameters": custom}, turn)
        if self.wish.refusal is not None:
            code, reason = self.wish.refusal
            self._send({"type": "error", "description": reason}, turn)
            self._end("failed", turn, code=code, reason=reason)
            return
        self._limit = self._engine.alarms.set(turn.now + self._engine.settings.relay_limit, self._too_long)
        self._ear.begin(turn)
        if self.wish.greeting:
            manner = Manner(self._tts_language, self.wish.greeting_interruptible, preemptible=False)
            self._talk.say(self.wish.greeting, manner, turn, last=True)

    def text_received(self, text: str, turn: Turn) -> None:
        """Take a message of the server's."""
        if self.over:
            return
        said = read(text)
        if isinstance(said, Wrong):
            self._engine.sockets.note(self._socket, text, turn, came=True, wrong=said.reason)
            self._refuse(text, said.reason, turn)
            return
        self._engine.sockets.note(self._socket, text, turn, came=True)
        self._wrong = 0
        match said:
            case Token(words, last, lang):
                if not self._talk.say(words, self._manner(lang, said), turn, last=last):
                    self._leave_out("too much waits to be said already", turn)
            case Media(source, loop):
                if not self._talk.play(source, loop, self._manner(None, said), turn):
                    self._leave_out("too much waits to be said already", turn)
            case Digits(digits):
                self._line.press(digits, turn)
            case Language(tts, transcription):
                self._tts_language = tts or self._tts_language
                if transcription is not None and transcription != self._ear.language:
                    self._ear.language = transcription
                    self._ear.begin(turn)
            case End(handoff):
                self._end("ended", turn, handoff=handoff)

    def binary_received(self, size: int, turn: Turn) -> None:
        """Refuse a binary message."""
        if not self.over:
            self._refuse(f"({size} bytes)", "it is binary", turn)

    def socket_closed(self, code: int, reason: str, turn: Turn) -> None:
        """End: the server closed the socket without `end` (rule relay-closed)."""
        self._is_open = False
        self._lose(
            SOCKET_ENDED, f"the server closed the socket with {code}{f' {reason}' if reason else ''}", turn
        )

    def socket_failed(self, event: SocketFailed, turn: Turn) -> None:
        """End: the socket could not be opened, or is lost."""
        was_open, self._is_open = self._is_open, False
        self._lose(SOCKET_ENDED if was_open else NO_SOCKET, event.reason, turn)

    def _manner(self, lang: str | None, said: Token | Media) -> Manner:
        wish = self.wish
        return Manner(
            lang or self._tts_language, said.interruptible or wish.interruptible,
            wish.preemptible if said.preemptible is None else said.preemptible,
        )  # fmt: skip

    def _refuse(self, text: str, reason: str, turn: Turn) -> None:
        """Leave a message out that is not valid; the tenth in a row ends the session (rule relay-malformed)."""
        self._wrong += 1
        self._send(
            {"type": "error", "description": f"Invalid message received: {text[:_LONGEST_ECHO]}"}, turn
        )
        self._alert(INVALID_MESSAGE, "warning", f"a message is left out: {reason}", turn)
        if self._wrong >= MOST_WRONG:
            self._alert(SOCKET_ENDED, "error", TOO_MANY_WRONG, turn)
            self._end("failed", turn, code=SOCKET_ENDED, reason=TOO_MANY_WRONG, close=_NOT_VALID)

    def _leave_out(self, reason: str, turn: Turn) -> None:
        """Leave a message out that is valid (rule relay-queue)."""
        self._send({"type": "error", "description": f"Message left out: {reason}"}, turn)
        self._alert(INVALID_MESSAGE, "warning", f"a message is left out: {reason}", turn)

    def _send(self, message: dict[str, object], turn: Turn) -> None:
        if self._held is not None:
            self._held.append(message)
        elif self._is_open:
            text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
            self._engine.sockets.send(self._socket, text, turn)

    # --- what the caller hears, and says -----------------------------------------------------------------

    def interrupt(self, turn: Turn) -> None:
        """Say no more of what came; what is sent meanwhile waits until it is known what was heard."""
        self._held = self._held or []
        self._talk.interrupt(turn)

    def began_to_speak(self, turn: Turn) -> None:
        """Report that something is said."""
        self._speaker("agentSpeaking", turn, on=True)

    def fell_silent(self, turn: Turn) -> None:
        """Report that all is said."""
        self._ear.fell_silent(turn)
        self._speaker("agentSpeaking", turn, on=False)

    def said(self, text: str, turn: Turn) -> None:
        """Report what the caller heard."""
        if self.wish.played_events:
            self._send({"type": "info", "name": "tokensPlayed", "value": text}, turn)

    def interrupted(self, text: str, duration: float, turn: Turn) -> None:
        """Report how far it came, and what happened since."""
        held, self._held = self._held or [], None
        milliseconds = round(duration * 1000)
        self._send(
            {"type": "interrupt", "utteranceUntilInterrupt": text, "durationUntilInterruptMs": milliseconds}, turn
        )  # fmt: skip
        for each in held:
            self._send(each, turn)

    def cannot_say(self, code: int, reason: str, turn: Turn) -> None:
        """Report what is left out; the session goes on."""
        self._send({"type": "error", "description": reason}, turn)
        self._alert(code, "warning", reason, turn)

    def prompted(self, text: str, turn: Turn, *, last: bool) -> None:
        """Report what the caller said."""
        language = "en" if self._ear.language == "multi" else self._ear.language
        self._send({"type": "prompt", "voicePrompt": text, "lang": language, "last": last}, turn)

    def caller_speaks(self, turn: Turn, *, on: bool) -> None:
        """Report that the caller begins to speak, or has ended."""
        self._speaker("clientSpeaking", turn, on=on)

    def _speaker(self, name: str, turn: Turn, *, on: bool) -> None:
        if self.wish.speaker_events:
            at = round(self._engine.wall(turn.now) * 1000)
            self._send({"type": "info", "name": name, "value": "on" if on else "off", "ts": at}, turn)

    def cannot_hear(self, reason: str, turn: Turn) -> None:
        """Report that the caller cannot be understood; the session goes on."""
        self._send({"type": "error", "description": f"The caller cannot be understood: {reason}"}, turn)
        self._alert(_NOT_HEARD, "error", f"the caller cannot be understood: {reason}", turn)

    # --- the end -----------------------------------------------------------------------------------------

    def _too_long(self, turn: Turn) -> None:
        reason = f"the session lasted for {self._engine.settings.relay_limit:g} s"
        self._alert(TOO_LONG, "error", reason, turn)
        self._end("failed", turn, code=TOO_LONG, reason=reason)

    def _lose(self, code: int, reason: str, turn: Turn) -> None:
        """End without a socket: the alert says why, the action hears of the network (rule relay-lost)."""
        if not self.over:
            self._alert(code, "error", f"{self.wish.url}: {reason}", turn)
            self._end("failed", turn, code=NETWORK, reason=NETWORK_WORDS)

    def _end(
        self, status: RelayStatus, turn: Turn, *, handoff: str | None = None, code: int = 0, reason: str = "",
        close: int = 1000,
    ) -> None:  # fmt: skip
        self.over = True
        self._held = None
        self._engine.alarms.cancel(self._limit)
        self._talk.stop(turn)
        self._ear.end(turn)
        self._engine.sockets.close(self._socket, turn, close, reason if close == _NOT_VALID else "")
        duration = int(turn.now - self._began_at)
        ended = self._ended
        # Both point back here: without them all is freed at once.
        del self._talk, self._ear, self._ended
        ended(Relayed(self.sid, status, duration, handoff, code, reason), turn)

    def _alert(self, code: int, level: Literal["error", "warning"], text: str, turn: Turn) -> None:
        alert(self._line.identity, code, level, f"ConversationRelay: {text}", turn)
