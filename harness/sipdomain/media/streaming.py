"""What a core asks of the media side for a media stream, and what is reported back.

Frames go from the session to the socket, and never by the core.
"""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.media.hearing import Side


@dataclass(frozen=True, slots=True)
class StartStream:
    """Send a frame of each track to a socket every 20 ms from now on.

    Attributes:
        session: The session's name.
        stream: The number of an open socket; a socket has one stream.
        sid: The stream's SID.
        tracks: What is sent.
        began_at: The moment that timestamps count from.
        start: What the `start` message says under `start`, as JSON.
    """

    session: str
    stream: int
    sid: str
    tracks: tuple[Side, ...]
    began_at: float
    start: str


@dataclass(frozen=True, slots=True)
class SendEvent:
    """Send a message of a stream, with the number that is next.

    Attributes:
        session: The session's name.
        stream: The stream.
        event: "dtmf" or "mark".
        body: What the message says under that name, as JSON.
    """

    session: str
    stream: int
    event: str
    body: str


@dataclass(frozen=True, slots=True)
class QueueAudio:
    """Play mu-law audio of any length to the session's peer, after what is queued already."""

    session: str
    stream: int
    audio: bytes


@dataclass(frozen=True, slots=True)
class QueueMark:
    """Report `MarkPlayed` when all that is queued now has been played; at once when nothing is."""

    session: str
    stream: int
    name: str


@dataclass(frozen=True, slots=True)
class ClearAudio:
    """Play nothing more of what is queued, and report its marks."""

    session: str
    stream: int


@dataclass(frozen=True, slots=True)
class StopStream:
    """Send and play nothing more; answered by `StreamMeasured`.

    Attributes:
        session: The session's name.
        stream: The stream.
        stop: What the `stop` message says under `stop`, as JSON; "" to send none.
    """

    session: str
    stream: int
    stop: str = ""


StreamOutput = StartStream | SendEvent | QueueAudio | QueueMark | ClearAudio | StopStream


@dataclass(frozen=True, slots=True)
class StreamSaid:
    """A message of a stream other than media was sent, as this text."""

    session: str
    stream: int
    text: str


@dataclass(frozen=True, slots=True)
class MarkPlayed:
    """All that was queued before a mark was played, or cleared."""

    session: str
    stream: int
    name: str


@dataclass(frozen=True, slots=True)
class AudioRefused:
    """Audio or a mark was not queued: there is too much already.

    Attributes:
        session: The session's name.
        stream: The stream.
        reason: How much there may be, in words.
    """

    session: str
    stream: int
    reason: str


@dataclass(frozen=True, slots=True)
class FramesDropped:
    """The server reads too slowly, and frames are dropped; reported once for each stream."""

    session: str
    stream: int


@dataclass(frozen=True, slots=True)
class StreamMeasured:
    """A stream is over.

    Attributes:
        session: The session's name.
        stream: The stream.
        sent: How many media messages were sent.
        frames: How many frames of 20 ms of each track these were.
        played: How much of the audio that came was played, in seconds.
    """

    session: str
    stream: int
    sent: int
    frames: int
    played: float


StreamInput = StreamSaid | MarkPlayed | AudioRefused | FramesDropped | StreamMeasured
