"""One media stream from its beginning to its end.

Sources: https://www.twilio.com/docs/voice/twiml/stream, https://www.twilio.com/docs/voice/media-streams/websocket-messages
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final, Literal

from sipdomain.entries import Decision
from sipdomain.media.streaming import (
    AudioRefused,
    ClearAudio,
    FramesDropped,
    MarkPlayed,
    QueueAudio,
    QueueMark,
    SendEvent,
    StartStream,
    StopStream,
    StreamInput,
    StreamMeasured,
    StreamSaid,
)
from sipdomain.socket_entries import StreamEnded
from sipdomain.twilio.engine.callback_queue import CallbackQueue, iso_timestamp
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.evidence import alert
from sipdomain.twilio.engine.sockets import UnusableUrl
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.streams.reading import Audio, Clear, Mark, read
from sipdomain.twilio.webhooks.exchange import CallIdentity, ordered
from sipdomain.twilio.webhooks.socket import SocketFailed
from sipdomain.twilio.webhooks.socket_json import Wrong
from sipdomain.twiml.streaming import OpenStream

PURPOSE: Final = "stream"
CLOSED: Final = 31921
CALLBACK_FAILED: Final = 15003
_CONNECTED: Final = '{"event":"connected","protocol":"Call","version":"1.0.0"}'
_FAILURES: Final = {
    "timeout": 31901, "refused": 31902, "dns": 31902, "tls": 31910, "handshake": 31920, "protocol": 31924,
    "broken": CLOSED, "overflow": CLOSED,
}  # fmt: skip
StreamResult = Literal["stopped", "closed", "failed"]
"""It was stopped from our side, the server closed it, or it failed."""


class Stream:
    """A stream that is not over.

    Attributes:
        sid: Its SID.
        name: Its name; without one its SID.
        wish: What it is to be.
    """

    __slots__ = (
        "_account", "_alerted", "_began_at", "_callbacks", "_ended", "_engine", "_identity", "_is_started",
        "_queued", "_received", "_session", "_socket", "name", "over", "sid", "wish",
    )  # fmt: skip

    def __init__(
        self, engine: Engine, sid: str, wish: OpenStream, identity: CallIdentity, account_sid: str, session: str,
        ended: Callable[[StreamResult, Turn], None],
    ) -> None:  # fmt: skip
        """Wait for `begin`.

        Args:
            engine: The engine.
            sid: Its SID.
            wish: What it is to be.
            identity: The call that it is of.
            account_sid: The account of the call.
            session: The media session of the call.
            ended: Called once at its end, whoever ends it.
        """
        self.sid = sid
        self.name = wish.name or self.sid
        self.wish = wish
        self.over = False
        self._engine = engine
        self._identity = identity
        self._account = account_sid
        self._session = session
        self._ended = ended
        self._callbacks = CallbackQueue(engine, identity, "stream", CALLBACK_FAILED)
        self._socket = 0
        self._began_at = 0.0
        self._is_started = False
        self._alerted: set[str] = set()
        self._received = 0
        self._queued = 0

    def begin(self, turn: Turn) -> None:
        """Ask the server for a socket; it may be over at once."""
        self._began_at = turn.now
        opened = self._engine.sockets.open(self.wish.url, self._identity, self, turn, purpose=PURPOSE)
        if isinstance(opened, UnusableUrl):
            self._fail(opened.code, opened.reason, turn)
            return
        self._socket = opened
        self._engine.streams[opened] = self.take

    def stop(self, turn: Turn) -> None:
        """End it from our side; harmless when it is over."""
        if self.over:
            return
        self.over = True
        if self._is_started:
            # The socket is closed when the media side has sent the last message.
            self._stop_media(turn, notify=True)
            self._call_back("stream-stopped", turn)
        else:
            self._stop_media(turn)
            self._engine.sockets.close(self._socket, turn)
        self._ended("stopped", turn)

    def press(self, key: str, turn: Turn) -> None:
        """Report a key of the caller's, where the stream goes both ways."""
        if self.wish.both_ways and self._is_started and not self.over:
            body = json.dumps({"track": "inbound_track", "digit": key}, separators=(",", ":"))
            turn.out.append(SendEvent(self._session, self._socket, "dtmf", body))

    # --- the socket --------------------------------------------------------------------------------------

    def opened(self, turn: Turn) -> None:
        """Begin to stream."""
        self._is_started = True
        self._engine.sockets.send(self._socket, _CONNECTED, turn)
        start = {
            "accountSid": self._account, "streamSid": self.sid, "callSid": self._identity.call_sid,
            "tracks": list(self.wish.tracks),
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": dict(self.wish.parameters),
        }  # fmt: skip
        turn.out.append(
            StartStream(
                self._session, self._socket, self.sid, self.wish.tracks, self._began_at,
                json.dumps(start, separators=(",", ":")),
            )
        )  # fmt: skip
        self._call_back("stream-started", turn)

    def text_received(self, text: str, turn: Turn) -> None:
        """Take a message of the server's: audio, a mark, or the wish to be silent."""
        if self.over:
            return
        said = read(text, self.sid)
        sockets, session, socket = self._engine.sockets, self._session, self._socket
        if not self.wish.both_ways:
            sockets.note(socket, text, turn, came=True, wrong="this stream goes one way")
            self._alert_once(31924, "error", "a message came, and this stream goes one way", turn)
            return
        match said:
            case Audio(audio):
                self._received += 1
                self._queued += len(audio)
                turn.out.append(QueueAudio(session, socket, audio))
            case Mark(name):
                sockets.note(socket, text, turn, came=True)
                turn.out.append(QueueMark(session, socket, name))
            case Clear():
                sockets.note(socket, text, turn, came=True)
                turn.out.append(ClearAudio(session, socket))
            case Wrong(reason):
                sockets.note(socket, text, turn, came=True, wrong=reason)
                self._alert_once(31951, "warning", f"a message is left out: {reason}", turn)

    def binary_received(self, size: int, turn: Turn) -> None:
        """Leave a binary message out."""
        if not self.over:
            self._alert_once(31950, "warning", f"a binary message of {size} bytes is left out", turn)

    def socket_closed(self, code: int, reason: str, turn: Turn) -> None:
        """End: the server closed the socket, which has an alert (https://www.twilio.com/docs/api/errors/31921)."""
        if not self.over:
            self._stop_media(turn)
            words = f"the server closed the socket with {code}{f' {reason}' if reason else ''}"
            self._fail(CLOSED, words, turn, "closed")

    def socket_failed(self, event: SocketFailed, turn: Turn) -> None:
        """End: the socket could not be opened, or is lost."""
        if self.over:
            return
        self._stop_media(turn)
        self._fail(_FAILURES[event.kind], event.reason, turn)

    # --- the media side ----------------------------------------------------------------------------------

    def take(self, event: StreamInput, turn: Turn) -> None:
        """Take news of the media side."""
        match event:
            case StreamSaid(text=text):
                self._engine.sockets.note(self._socket, text, turn)
            case MarkPlayed(name=name):
                if not self.over:
                    body = json.dumps({"name": name}, separators=(",", ":"))
                    turn.out.append(SendEvent(self._session, self._socket, "mark", body))
            case AudioRefused(reason=reason):
                self._refuse(reason, turn)
            case FramesDropped():
                self._alert_once(31930, "warning", "the server reads too slowly, and audio is dropped", turn)
            case StreamMeasured():
                self._engine.streams.pop(self._socket, None)
                self._note_ended(event, turn)
                self._engine.sockets.close(self._socket, turn)

    def _refuse(self, reason: str, turn: Turn) -> None:
        """Say once that what the server sends is too much (rule stream-queue)."""
        if "queue" not in self._alerted:
            self._alerted.add("queue")
            turn.out.append(
                Decision(
                    at=turn.now, call_id=self._identity.call_id, method="INVITE", check="stream",
                    outcome="noted", reason="queue-full", rule="stream-queue", got="a message that is left out",
                    wanted=reason, mend="send no more audio than the caller is to hear in the next half hour",
                )
            )  # fmt: skip

    def _note_ended(self, event: StreamMeasured, turn: Turn) -> None:
        identity = self._identity
        turn.out.append(
            StreamEnded(
                at=turn.now, socket=self._socket, call_sid=identity.call_sid, call_id=identity.call_id,
                stream_sid=self.sid, text=self.name, began_at=self._began_at, frames=event.frames,
                messages=event.sent, received=self._received, queued=self._queued / 8000, played=event.played,
            )
        )  # fmt: skip

    def _stop_media(self, turn: Turn, *, notify: bool = False) -> None:
        if not self._is_started:
            self._engine.streams.pop(self._socket, None)
            return
        self._is_started = False
        stop = {"accountSid": self._account, "callSid": self._identity.call_sid}
        body = json.dumps(stop, separators=(",", ":")) if notify else ""
        turn.out.append(StopStream(self._session, self._socket, body))

    # --- what others hear of it --------------------------------------------------------------------------

    def _fail(self, code: int, reason: str, turn: Turn, result: StreamResult = "failed") -> None:
        self.over = True
        alert(self._identity, code, "error", f"{self.wish.url}: {reason}", turn)
        self._call_back("stream-error", turn, f"{code} {reason}")
        self._ended(result, turn)

    def _alert_once(self, code: int, level: Literal["error", "warning"], text: str, turn: Turn) -> None:
        """Raise an alert, each code once for a stream (https://www.twilio.com/docs/api/errors/31951)."""
        if str(code) not in self._alerted:
            self._alerted.add(str(code))
            alert(self._identity, code, level, f"stream {self.name}: {text}", turn)

    def _call_back(self, event: str, turn: Turn, error: str = "") -> None:
        if not self.wish.callback_url:
            return
        said = {
            "AccountSid": self._account, "CallSid": self._identity.call_sid, "StreamSid": self.sid,
            "StreamName": self.name, "StreamEvent": event,
            "Timestamp": iso_timestamp(self._engine.wall(turn.now)),
        }  # fmt: skip
        if error:
            said["StreamError"] = error
        self._callbacks.put(self.wish.callback_method, self.wish.callback_url, ordered(said), turn)
