"""What carries media outputs out: all that is the same with real packets and in virtual time."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from sipdomain.errors import MediaError, SetupError
from sipdomain.media.dtmf import key_packets
from sipdomain.media.hearing import HearingOutput, StartHearing, StopHearing
from sipdomain.media.outputs import (
    AudioOutput,
    CloseMedia,
    CloseRoom,
    ConnectMedia,
    DtmfReceived,
    MediaFailed,
    MediaInput,
    MediaOutput,
    OpenMedia,
    OpenRoom,
    Patch,
    PauseRecording,
    PlaybackDone,
    PreparePrompt,
    PromptFailed,
    PromptReady,
    RecordingOutput,
    ResumeRecording,
    SendDtmf,
    StartPlayback,
    StartRecording,
    StopPlayback,
    StopRecording,
    Unpatch,
)
from sipdomain.media.patchbay import Patchbay, said_by, speaker_of
from sipdomain.media.playbacks import PlaybackStopped
from sipdomain.media.prompts import Keys, Prompt
from sipdomain.media.silence import StartListening, StopListening
from sipdomain.media.streaming import StreamOutput
from sipdomain.runtime.media.endpoint import Ear, Endpoint, Session
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.media.streams import Streams, Write, nowhere

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

log = logging.getLogger(__name__)

CLOSED_KEPT: Final = 64
"""How many closed sessions stay readable; the oldest goes first."""
_TONES: Final = 0
"""The number of a playback of keys, which are tones where the peer understands no events; its end is not reported."""
_SHORTEST_KEY: Final = 0.04
_LONGEST_KEY: Final = 8.0

AnyOutput = StartPlayback | StopPlayback | RecordingOutput
"""What may be asked of a session and of a room."""
SessionOutput = ConnectMedia | SendDtmf | StartListening | StopListening | HearingOutput | CloseMedia
"""What may be asked of a session alone."""


S = TypeVar("S", bound=Session)
R = TypeVar("R", bound=Endpoint)


class MediaEngine(ABC, Generic[S, R]):
    """One owner's media sessions and rooms."""

    def __init__(self, library: PromptLibrary) -> None:
        """Begin without sessions.

        Args:
            library: Prompts; it is not closed with the sessions.
        """
        self._library = library
        self._open: dict[str, S] = {}
        self._rooms: dict[str, R] = {}
        self._closed: OrderedDict[str, Ear] = OrderedDict()
        self._bay = Patchbay()
        self._notify: Callable[[MediaInput], None] = lambda _: None
        self._write: Write = nowhere

    def bind(self, on_input: Callable[[MediaInput], None], write: Write = nowhere) -> None:
        """Say who is notified, and what sends a text message on a socket; before the first output."""
        self._notify = on_input
        self._write = write

    def carry(self, output: MediaOutput) -> None:
        """Carry an output out.

        One for a session or room that is not open is dropped. Keys that are not keys, and more playbacks than
        can wait, are dropped with a warning in the log.
        """
        try:
            if isinstance(output, StreamOutput):
                self._streams().carry(output, self._open.get(output.session), self._now())
            else:
                self._carry(output, self._now())
        except MediaError as error:
            log.warning("%s: %s", _subject(output), error)

    def ear(self, session: str) -> Ear | None:
        """Return what keeps what a session heard; None for a session that is not known."""
        found = self._open.get(session)
        return found.ear if found is not None else self._closed.get(session)

    def heard(self, session: str) -> Samples:
        """Return what a session heard so far, at 8 kHz; nothing for a session that is not known."""
        ear = self.ear(session)
        if ear is None:
            import numpy as np

            return np.zeros(0, np.int16)
        return ear.samples()

    def _carry(self, output: AudioOutput, now: float) -> None:
        match output:
            case OpenMedia():
                self._open_session(output)
            case PreparePrompt():
                self._prepare(output)
            case (
                ConnectMedia() | SendDtmf() | StartListening() | StopListening()
                | StartHearing() | StopHearing() | CloseMedia()
            ):  # fmt: skip
                session = self._open.get(output.session)
                if session is not None:
                    self._carry_in(session, output, now)
            case OpenRoom(room):
                self._bay.open_room(room)
                self._rooms[room] = self._new_room(room)
            case CloseRoom(room):
                if room in self._rooms:
                    self._remove(room)
                    self._room_closed(self._rooms.pop(room))
            case Patch(source, sink, edge):
                if self._endpoint(speaker_of(source)) is not None and self._endpoint(sink) is not None:
                    self._bay.patch(source, sink, edge)
                    self._rewire({source, sink, *self._bay.sinks(sink)})
            case Unpatch(source, sink):
                self._bay.unpatch(source, sink)
                self._rewire({source, sink, *self._bay.sinks(sink)})
            case _:
                endpoint = self._endpoint(output.session)
                if endpoint is not None:
                    self._play_or_record(endpoint, output, now)

    def _endpoint(self, name: str) -> S | R | None:
        return self._open.get(name) or self._rooms.get(name)

    def _carry_in(self, session: S, output: SessionOutput, now: float) -> None:
        match output:
            case ConnectMedia():
                self._connect(session, output, now)
            case SendDtmf():
                self._send_keys(session, output)
            case StartListening():
                session.listen(output, now)
            case StopListening():
                session.listen_no_more(output.listener)
            case StartHearing():
                self._hear(session, output, now)
            case StopHearing():
                self._hear_no_more(session, output.hearing, now)
            case CloseMedia():
                self._close(session, now)

    def _play_or_record(self, endpoint: S | R, output: AnyOutput, now: float) -> None:
        match output:
            case StartPlayback():
                self._play(endpoint, output.playback, output.prompt)
            case StopPlayback(session, playback, report):
                played = self._stop(endpoint, playback)
                if report:
                    self._notify(PlaybackStopped(session, playback, played))
            case _:
                self._record(endpoint, output, now)

    # --- sessions ----------------------------------------------------------------------------------------

    def _open_session(self, output: OpenMedia) -> None:
        name = output.session
        if self._endpoint(name) is not None:
            self._notify(MediaFailed(name, "the session is open already"))
            return
        try:
            session = self._new_session(output)
        except SetupError as error:
            self._notify(MediaFailed(name, str(error)))
            return
        self._open[name] = session
        self._opened(session)

    def _close(self, session: S, now: float) -> None:
        if session.streams:
            self._streams().session_closed(session, now)
        del self._open[session.name]
        self._remove(session.name)
        self._session_closed(session, now)
        self._closed[session.name] = session.ear
        self._closed.move_to_end(session.name)
        if len(self._closed) > CLOSED_KEPT:
            self._closed.popitem(last=False)

    def _remove(self, name: str) -> None:
        """Take an endpoint out of the patchbay, with what it itself sends."""
        for known in filter(self._bay.knows, (name, said_by(name))):
            near = {*self._bay.into(known), *self._bay.sinks(known)}
            for room in near & self._rooms.keys():
                near.update(self._bay.sinks(room))
            self._bay.remove(known)
            self._rewire(near)

    # --- keys --------------------------------------------------------------------------------------------

    def _send_keys(self, session: S, output: SendDtmf) -> None:
        """Send keys as events, or as tones when events were not agreed on."""
        key_packets(output.keys, output.duration, output.gap)
        if session.sends_events:
            self._press(session, output)
        else:
            self._play(session, _TONES, Keys(output.keys))

    def _report(self, event: MediaInput) -> None:
        """Tell what a session has to report; pass a key on across a bridge (assumed: in a room keys go nowhere).

        A key that came as a tone is in the audio that is passed on: it is pressed again for who takes events alone.
        """
        self._notify(event)
        if isinstance(event, DtmfReceived):
            source = self._open.get(event.session)
            as_event = source is None or source.sends_events
            duration = min(max(event.duration, _SHORTEST_KEY), _LONGEST_KEY)
            for sink in self._bay.sinks(event.session):
                edge = self._bay.into(sink)[event.session]
                is_open = sink in self._open and edge.is_open and edge.keys
                if is_open and (as_event or self._open[sink].sends_events):
                    self.carry(SendDtmf(sink, event.key, duration))

    # --- prompts -----------------------------------------------------------------------------------------

    def _prepare(self, output: PreparePrompt) -> None:
        try:
            duration = self._render(output)
        except MediaError as error:
            self._notify(PromptFailed(output.token, str(error)))
        else:
            if duration is not None:
                self._notify(PromptReady(output.token, duration))

    def _played(self, endpoint: str, numbers: list[int]) -> None:
        """Report playbacks that came to their end; keys that were sent as tones are none."""
        for number in numbers:
            if number != _TONES:
                self._notify(PlaybackDone(endpoint, number))

    # --- recordings --------------------------------------------------------------------------------------

    def _record(self, endpoint: S | R, output: RecordingOutput, now: float) -> None:
        tapes, name = endpoint.tapes, output.recording
        match output:
            case StartRecording():
                if name not in tapes:
                    endpoint.begin_tape(output, now)
            case PauseRecording(skip=skip) if name in tapes:
                tapes[name].pause(now, skip=skip)
            case ResumeRecording() if name in tapes:
                tapes[name].resume(now)
            case StopRecording() if name in tapes:
                self._finish_recording(tapes.pop(name), now)
            case _:
                log.warning("session %s: there is no recording %s", endpoint.name, name)

    # --- what the two engines do each in its own way -----------------------------------------------------

    @abstractmethod
    def _now(self) -> float:
        """Return the moment, in seconds."""

    @abstractmethod
    def _streams(self) -> Streams[S]:
        """Return the media streams."""

    @abstractmethod
    def _new_session(self, output: OpenMedia) -> S:
        """Open a port.

        Raises:
            SetupError: None can be opened.
        """

    @abstractmethod
    def _opened(self, session: S) -> None:
        """Begin to hear, and report that the session is open."""

    @abstractmethod
    def _connect(self, session: S, output: ConnectMedia, now: float) -> None:
        """Take what was agreed with the peer."""

    @abstractmethod
    def _hear(self, session: S, wish: StartHearing, now: float) -> None:
        """Hear words from now on."""

    @abstractmethod
    def _hear_no_more(self, session: S, hearing: int, now: float) -> None:
        """Hear words for it no more; harmless when it was never begun."""

    @abstractmethod
    def _session_closed(self, session: S, now: float) -> None:
        """Drop a session that is no longer among the open ones, and report how it went."""

    @abstractmethod
    def _new_room(self, name: str) -> R:
        """Make a room."""

    @abstractmethod
    def _room_closed(self, room: R) -> None:
        """Drop a room that is no longer among the open ones."""

    @abstractmethod
    def _rewire(self, names: set[str]) -> None:
        """Look again at what these endpoints hear, and whether they are heard."""

    @abstractmethod
    def _play(self, endpoint: S | R, number: int, prompt: Prompt) -> None:
        """Play a prompt after those that play.

        Raises:
            MediaError: It cannot be rendered, or too many wait.
        """

    @abstractmethod
    def _stop(self, endpoint: S | R, number: int) -> float:
        """Stop a playback; those behind it move up. Return how much of it was played; infinite when it is over."""

    @abstractmethod
    def _press(self, session: S, output: SendDtmf) -> None:
        """Send keys as events.

        Raises:
            MediaError: Too many are on their way.
        """

    @abstractmethod
    def _render(self, output: PreparePrompt) -> float | None:
        """Render a prompt and return its duration in seconds; None when the answer is given later.

        Raises:
            MediaError: It cannot be rendered.
        """

    @abstractmethod
    def _finish_recording(self, tape: Any, now: float) -> None:
        """End a recording, and report it when it is ready."""


def _subject(output: MediaOutput) -> str:
    """Return what an output is about, for the log."""
    match output:
        case OpenRoom(name) | CloseRoom(name):
            return f"room {name}"
        case Patch(source, sink) | Unpatch(source, sink):
            return f"{source} to {sink}"
        case PreparePrompt():
            return "a prompt"
        case _:
            return f"session {output.session}"
