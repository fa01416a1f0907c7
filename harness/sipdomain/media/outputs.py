"""What a core object asks of the media side, and what is reported back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sipdomain.media.agreement import Agreement
from sipdomain.media.hearing import HearingInput, HearingOutput
from sipdomain.media.patchbay import OPEN, Edge
from sipdomain.media.playbacks import PlaybackStopped
from sipdomain.media.prompts import Prompt
from sipdomain.media.silence import SilenceHeard, StartListening, StopListening
from sipdomain.media.streaming import StreamInput, StreamOutput
from sipdomain.sip.outputs import Address
from sipdomain.values import lean_value

Track = Literal["inbound", "outbound", "both"]
"""What a recording holds: what the session hears, what it sends, or both."""


@lean_value
class OpenMedia:
    """Open an RTP port for a session; answered by `MediaOpened` or `MediaFailed`.

    Attributes:
        session: The session's name, unique within its owner.
        host: The local address to bind.
        secure: Whether its packets are SRTP: without keys none goes out and none is heard.
        silence: After how many seconds without audio from a peer that ought to send `MediaSilent` is reported; 0 for never.
    """

    session: str
    host: str
    secure: bool = False
    silence: float = field(default=0.0, compare=False)


@lean_value
class ConnectMedia:
    """Tell an open session where its peer listens and what was agreed; may be repeated.

    Attributes:
        session: The session's name.
        agreement: What was agreed.
        signalling: The host that the call's messages come from, whose RTP may be learned; "" for none.
    """

    session: str
    agreement: Agreement
    signalling: str = field(default="", compare=False)


@lean_value
class CloseMedia:
    """Close a session's port; its recording stays readable. Answered by `MediaMeasured` when it was connected."""

    session: str


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """Open a room, an endpoint that passes on to each of its sinks what the others say.

    Playbacks and recordings may name a room where they name a session: all of its sinks hear what is played
    into it, and what it hears is what everybody says.
    """

    room: str


@dataclass(frozen=True, slots=True)
class CloseRoom:
    """Close a room; what is patched to it is patched no more."""

    room: str


@dataclass(frozen=True, slots=True)
class Patch:
    """Let one endpoint hear another from now on, or change how it does; one that is not open is dropped.

    Two sessions that are patched both ways are a bridge, on which keys are passed on as well.

    Attributes:
        source: The session or room that is heard; `media.patchbay.said_by` names what a session itself sends.
        sink: The one that hears it.
        edge: How: its gain, whether it is muted, and who alone hears it.
    """

    source: str
    sink: str
    edge: Edge = OPEN


@dataclass(frozen=True, slots=True)
class Unpatch:
    """Let one endpoint hear another no more."""

    source: str
    sink: str


@dataclass(frozen=True, slots=True)
class PreparePrompt:
    """Render a prompt; answered by `PromptReady` or `PromptFailed`.

    Attributes:
        token: Joins the answer to the request.
        prompt: What is to be heard.
    """

    token: int
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class StartPlayback:
    """Play a prepared prompt into a session, once, from now.

    Attributes:
        session: The session's name, or a room's.
        playback: A number, unique within the owner.
        prompt: The prompt, prepared before.
    """

    session: str
    playback: int
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class StopPlayback:
    """Stop a playback before its end.

    Attributes:
        session: The session's name, or a room's.
        playback: The number that it was started with.
        report: Whether it is answered by `PlaybackStopped`.
    """

    session: str
    playback: int
    report: bool = False


@dataclass(frozen=True, slots=True)
class SendDtmf:
    """Send keys as RFC 4733 events, one after another.

    Attributes:
        session: The session's name.
        keys: From 0-9, A-D, * and #.
        duration: How long each key is held, in seconds.
        gap: The pause between keys, in seconds.
    """

    session: str
    keys: str
    duration: float = 0.1
    gap: float = 0.1


@dataclass(frozen=True, slots=True)
class StartRecording:
    """Record an open session from now on.

    Attributes:
        session: The session's name, or a room's.
        recording: The recording's name, unique within the owner.
        track: What is recorded.
        channels: 1 to mix it; 2 for what is heard on the left, and what is sent on the right.
        trim: Whether silence at its begin and end is cut off.
        keep_silent: Whether one that is silent from begin to end stays as it is all the same.
    """

    session: str
    recording: str
    track: Track = "both"
    channels: int = 1
    trim: bool = False
    keep_silent: bool = False


@dataclass(frozen=True, slots=True)
class PauseRecording:
    """Record nothing until it is resumed.

    Attributes:
        session: The session's name.
        recording: The recording's name.
        skip: Whether the pause is left out; else it is silence.
    """

    session: str
    recording: str
    skip: bool


@dataclass(frozen=True, slots=True)
class ResumeRecording:
    """Go on recording."""

    session: str
    recording: str


@dataclass(frozen=True, slots=True)
class StopRecording:
    """End a recording, before its session is closed; answered by `RecordingDone`."""

    session: str
    recording: str


RecordingOutput = StartRecording | PauseRecording | ResumeRecording | StopRecording
RoomOutput = OpenRoom | CloseRoom | Patch | Unpatch
AudioOutput = (
    OpenMedia
    | ConnectMedia
    | CloseMedia
    | RoomOutput
    | PreparePrompt
    | StartPlayback
    | StopPlayback
    | SendDtmf
    | StartListening
    | StopListening
    | HearingOutput
    | RecordingOutput
)
"""All but media streams."""
MediaOutput = AudioOutput | StreamOutput


@lean_value
class MediaOpened:
    """A session's port is open at `address`."""

    session: str
    address: Address


@dataclass(frozen=True, slots=True)
class MediaFailed:
    """A session's port could not be opened."""

    session: str
    reason: str


@dataclass(frozen=True, slots=True)
class PromptReady:
    """A prompt is rendered.

    Attributes:
        token: The token of the request.
        duration: How long it lasts, in seconds.
    """

    token: int
    duration: float


@dataclass(frozen=True, slots=True)
class PromptFailed:
    """A prompt could not be rendered."""

    token: int
    reason: str


@dataclass(frozen=True, slots=True)
class PlaybackDone:
    """The last sample of a playback went out. One that was stopped, or whose session was closed, has no end to report.

    Attributes:
        session: The session's name.
        playback: The number that it was started with.
    """

    session: str
    playback: int


@dataclass(frozen=True, slots=True)
class DtmfReceived:
    """The peer pressed a key; reported once for each press.

    Attributes:
        session: The session's name.
        key: One of 0-9, A-D, * and #.
        duration: How long it was held, in seconds.
    """

    session: str
    key: str
    duration: float


@dataclass(frozen=True, slots=True)
class RecordingDone:
    """A recording is ready.

    Attributes:
        session: The session's name.
        recording: The recording's name.
        audio: 16-bit samples at 8 kHz, the lower byte first, the channels in turn; b"" for none.
        silent: Whether nothing is left because it was silent from begin to end.
    """

    session: str
    recording: str
    audio: bytes
    silent: bool = False


@dataclass(frozen=True, slots=True)
class RtpIgnored:
    """RTP came from somebody else than the peer, and was ignored; reported once after each agreement.

    Attributes:
        session: The session's name.
        source: Where the first of it came from.
        packets: How many packets came until now.
        agreed: The address that the session description names.
    """

    session: str
    source: Address
    packets: int
    agreed: Address


@dataclass(frozen=True, slots=True)
class MediaSilent:
    """Nothing was heard for so long from a peer that ought to send; reported once after each agreement.

    Attributes:
        session: The session's name.
        seconds: How long, as it was asked for.
    """

    session: str
    seconds: float


@lean_value
class MediaMeasured:
    """How the audio of a session went; reported when it is closed.

    Attributes:
        session: The session's name.
        sent: RTP packets sent.
        received: RTP packets that came from the peer.
        lost: Packets of the peer that did not come.
        jitter: Of what came, in seconds (RFC 3550 section 6.4.1).
        remote_lost: Packets of ours that the peer reported as lost, or None when it reported nothing.
        remote_jitter: What it reported of ours, in seconds, or None.
        round_trip: The time there and back, in seconds, by its last report that has it; or None.
        reports: How many RTCP reports came.
    """

    session: str
    sent: int
    received: int
    lost: int = 0
    jitter: float = 0.0
    remote_lost: int | None = None
    remote_jitter: float | None = None
    round_trip: float | None = None
    reports: int = 0


MediaInput = (
    MediaOpened
    | MediaFailed
    | PromptReady
    | PromptFailed
    | PlaybackDone
    | PlaybackStopped
    | DtmfReceived
    | RecordingDone
    | RtpIgnored
    | MediaSilent
    | SilenceHeard
    | HearingInput
    | MediaMeasured
    | StreamInput
)
