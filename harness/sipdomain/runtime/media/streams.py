"""The media streams of an engine: what is the same with real packets and in virtual time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from sipdomain.errors import MediaError
from sipdomain.media.stream_messages import StreamMessages
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
    StreamOutput,
    StreamSaid,
)

if TYPE_CHECKING:
    from sipdomain.runtime.media.endpoint import Session

S = TypeVar("S", bound="Session")
Write = Callable[[int, str], bool]
"""Sends a text message on a socket; False when it was dropped."""


def nowhere(socket: int, text: str) -> bool:
    """Send nothing: there are no sockets."""
    del socket, text
    return True


class Streams(ABC, Generic[S]):
    """Media streams, each of one session."""

    def __init__(self, notify: Callable[[StreamInput], None], write: Write) -> None:
        """Begin without streams.

        Args:
            notify: Takes news of them.
            write: Sends on a socket.
        """
        self._notify = notify
        self._write = write
        self._dropping: set[int] = set()
        self._speaking: dict[str, int] = {}

    def carry(self, output: StreamOutput, session: S | None, now: float) -> None:
        """Carry an output out for a session; None where it is not open: the end is reported all the same."""
        messages = None if session is None else self._found(session, output.stream)
        match output:
            case StartStream():
                if session is not None and messages is None:
                    messages = StreamMessages(output)
                    session.streams.append(messages)
                    self._say(messages, "start", output.start)
                    self._started(session, messages, now)
            case StopStream():
                if session is None or messages is None:
                    self._notify(StreamMeasured(output.session, output.stream, 0, 0, 0.0))
                else:
                    self._stop(session, messages, output.stop, now)
            case _ if session is None or messages is None:
                return
            case SendEvent(event=event, body=body):
                self._say(messages, event, body)
            case QueueAudio() | QueueMark():
                self._speaking[output.session] = output.stream
                try:
                    self._queue(session, output, now)
                except MediaError as error:
                    self._notify(AudioRefused(output.session, output.stream, str(error)))
            case ClearAudio():
                self._clear(session, now)

    def session_closed(self, session: S, now: float) -> None:
        """End the streams of a session that is being closed."""
        for messages in tuple(session.streams):
            self._stop(session, messages, "", now)

    def _stop(self, session: S, messages: StreamMessages, stop: str, now: float) -> None:
        wish = messages.wish
        if stop:
            self._say(messages, "stop", stop)
        session.streams.remove(messages)
        self._dropping.discard(wish.stream)
        self._stopped(session, messages, now)
        played = 0.0
        if self._speaking.get(session.name) == wish.stream:
            del self._speaking[session.name]
            played = self._silence(session, now)
        frames = messages.sent // len(wish.tracks)
        self._notify(StreamMeasured(wish.session, wish.stream, messages.sent, frames, played))

    def _found(self, session: S, stream: int) -> StreamMessages | None:
        return next((each for each in session.streams if each.wish.stream == stream), None)

    def _say(self, messages: StreamMessages, event: str, body: str) -> None:
        text = messages.event(event, body)
        self._write(messages.wish.stream, text)
        self._notify(StreamSaid(messages.wish.session, messages.wish.stream, text))

    def _send_frames(self, messages: StreamMessages, inbound: bytes, outbound: bytes, now: float) -> None:
        """Send what was heard and said in the last 20 ms, in mu-law."""
        wish = messages.wish
        for track in wish.tracks:
            text = messages.media(track, inbound if track == "inbound" else outbound, now)
            if not self._write(wish.stream, text) and wish.stream not in self._dropping:
                self._dropping.add(wish.stream)
                self._notify(FramesDropped(wish.session, wish.stream))

    def _reached(self, session: S, marks: list[str]) -> None:
        """Report marks of the stream that is heard in a session: there is one at most (rule stream-both-ways)."""
        for name in marks:
            self._notify(MarkPlayed(session.name, self._speaking[session.name], name))

    @abstractmethod
    def _started(self, session: S, messages: StreamMessages, now: float) -> None:
        """Send frames from now on."""

    @abstractmethod
    def _stopped(self, session: S, messages: StreamMessages, now: float) -> None:
        """Send none any more."""

    @abstractmethod
    def _silence(self, session: S, now: float) -> float:
        """Play nothing any more; return how much was played, in seconds."""

    @abstractmethod
    def _queue(self, session: S, output: QueueAudio | QueueMark, now: float) -> None:
        """Queue audio or a mark.

        Raises:
            MediaError: Too much waits.
        """

    @abstractmethod
    def _clear(self, session: S, now: float) -> None:
        """Empty the queue."""
