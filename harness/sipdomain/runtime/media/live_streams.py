"""Media streams over real sockets: a frame of each track every beat, and what comes is played in frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sipdomain.media import g711
from sipdomain.media.mixer import Frame
from sipdomain.media.play_queue import PlayQueue
from sipdomain.media.stream_messages import SILENCE, StreamMessages
from sipdomain.media.streaming import QueueAudio, QueueMark, StreamInput
from sipdomain.runtime.media.rtp_session import RtpSession
from sipdomain.runtime.media.streams import Streams, Write


class LiveStreams(Streams[RtpSession]):
    """Media streams of an engine with a beat."""

    def __init__(
        self, notify: Callable[[StreamInput], None], write: Write, rewire: Callable[[str], None]
    ) -> None:
        """Begin without streams.

        Args:
            notify: Takes news of them.
            write: Sends on a socket.
            rewire: Looks again at whether a session is heard.
        """
        super().__init__(notify, write)
        self._rewire = rewire

    def beat(self, session: RtpSession, said: Mapping[str, Frame], now: float) -> None:
        """Send the frames of this beat, and report the marks that were reached.

        Args:
            session: A session that has streams, when it has sent.
            said: What sessions say in this beat, by their names.
            now: The moment, in seconds.
        """
        inbound = _mu_law(said.get(session.name))
        outbound = _mu_law(Frame(session.sender.codec, session.sender.said))
        for messages in session.streams:
            self._send_frames(messages, inbound, outbound, now)
        queue = session.sender.queue
        if queue is not None and queue.reached:
            self._report(session, queue)

    def _report(self, session: RtpSession, queue: PlayQueue) -> None:
        reached, queue.reached = queue.reached, []
        self._reached(session, reached)

    def _started(self, session: RtpSession, messages: StreamMessages, now: float) -> None:
        del messages, now
        self._rewire(session.name)

    def _stopped(self, session: RtpSession, messages: StreamMessages, now: float) -> None:
        del messages, now
        self._rewire(session.name)

    def _silence(self, session: RtpSession, now: float) -> float:
        del now
        queue, session.sender.queue = session.sender.queue, None
        return queue.played / g711.RATE if queue is not None else 0.0

    def _queue(self, session: RtpSession, output: QueueAudio | QueueMark, now: float) -> None:
        del now
        queue = session.sender.queue = session.sender.queue or PlayQueue()
        if isinstance(output, QueueAudio):
            queue.put(output.audio)
        else:
            queue.mark(output.name)
            self._report(session, queue)

    def _clear(self, session: RtpSession, now: float) -> None:
        del now
        queue = session.sender.queue
        if queue is not None:
            queue.clear()
            self._report(session, queue)


def _mu_law(frame: Frame | None) -> bytes:
    if frame is None:
        return SILENCE
    codec, payload = frame
    return payload if codec == "PCMU" else payload.translate(g711.recoding(codec, "PCMU"))
