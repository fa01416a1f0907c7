"""Media over real sockets: one for each session, and one beat for all of them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Final

from sipdomain.errors import MediaError, SetupError
from sipdomain.media.ear import KEPT, Ear
from sipdomain.media.outputs import (
    CloseMedia,
    ConnectMedia,
    MediaFailed,
    MediaInput,
    MediaOpened,
    MediaOutput,
    OpenMedia,
    PauseRecording,
    PreparePrompt,
    PromptFailed,
    PromptReady,
    RecordingDone,
    RecordingOutput,
    ResumeRecording,
    SendDtmf,
    StartPlayback,
    StartRecording,
    StopPlayback,
    StopRecording,
)
from sipdomain.media.prompts import Keys
from sipdomain.media.tape import Tape
from sipdomain.runtime.media.engine import CLOSED_KEPT, TONES, SessionOutput
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.media.rtp_ports import RtpPorts
from sipdomain.runtime.media.rtp_session import RtpSession
from sipdomain.runtime.media.ticker import Ticker

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

log = logging.getLogger(__name__)

PATIENCE: Final = 5.0
"""How long the voice is waited for, in seconds."""


class LiveMedia:
    """One owner's RTP sessions on an event loop."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        library: PromptLibrary,
        *,
        ports: range | None = None,
        ear: float = KEPT,
        patient: bool = False,
    ) -> None:
        """Begin without sessions.

        Args:
            loop: The event loop.
            library: Prompts; it is not closed with the sessions.
            ports: The ports for RTP and RTCP, two for each session; None for any.
            ear: How many seconds of audio each session keeps.
            patient: Whether a session that is opened while the voice is being loaded counts as open when that is over,
                so that a call rings for that time rather than be answered with silence.
        """
        self._loop = loop
        self._library = library
        self._ports = RtpPorts(ports)
        self._ear = ear
        self._patient = patient
        self._open: dict[str, RtpSession] = {}
        self._closed: OrderedDict[str, Ear] = OrderedDict()
        self._ticker = Ticker(loop, 0.02, self._beat)
        self._tasks: set[asyncio.Task[None]] = set()
        self._tell: Callable[[MediaInput], None] = lambda _: None

    def bind(self, on_input: Callable[[MediaInput], None]) -> None:
        """Say who is told; before the first output."""
        self._tell = on_input

    def carry(self, output: MediaOutput) -> None:
        """Carry an output out; one for a session that is not open is dropped."""
        match output:
            case OpenMedia():
                self._open_session(output)
            case PreparePrompt():
                self._prepare(output)
            case _:
                session = self._open.get(output.session)
                if session is not None:
                    try:
                        self._carry_in(session, output)
                    except MediaError as error:
                        log.warning("session %s: %s", session.name, error)

    def heard(self, session: str) -> npt.NDArray[np.int16]:
        """Return what a session heard so far, at 8 kHz; nothing for a session that is not known."""
        found = self._open.get(session)
        ear = found.ear if found is not None else self._closed.get(session)
        return (ear if ear is not None else Ear()).samples()

    def dropped(self, session: str) -> Counter[str]:
        """Return how many packets of an open session SRTP dropped, by reason."""
        found = self._open.get(session)
        return found.dropped if found is not None else Counter()

    async def close(self) -> None:
        """Close all sessions; what they heard stays readable."""
        for session in tuple(self._open.values()):
            self._close(session)
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _carry_in(self, session: RtpSession, output: SessionOutput) -> None:
        match output:
            case ConnectMedia():
                session.connect(output, time.monotonic())
            case StartPlayback():
                audio = self._library.encoded(output.prompt, session.sender.codec)
                session.sender.play(output.playback, audio)
            case StopPlayback():
                session.sender.stop(output.playback)
            case SendDtmf():
                self._press(session, output)
            case CloseMedia():
                self._close(session)
            case _:
                self._record(session, output, time.monotonic())

    def _record(self, session: RtpSession, output: RecordingOutput, now: float) -> None:
        tapes, name = session.tapes, output.recording
        match output:
            case StartRecording():
                tapes.setdefault(name, Tape(output, now))
            case PauseRecording(skip=skip) if name in tapes:
                tapes[name].pause(now, skip=skip)
            case ResumeRecording() if name in tapes:
                tapes[name].resume(now)
            case StopRecording() if name in tapes:
                tape = tapes.pop(name)
                tape.stop(now)
                self._begin(self._develop(tape, output))
            case _:
                log.warning("session %s: there is no recording %s", session.name, name)

    async def _develop(self, tape: Tape, output: StopRecording) -> None:
        try:
            done = await asyncio.to_thread(tape.develop)
        except Exception:
            # A fault of ours must not leave the recording unfinished for ever.
            log.exception("cannot make a recording")
            done = RecordingDone(output.session, output.recording, b"")
        self._tell(done)

    def _press(self, session: RtpSession, output: SendDtmf) -> None:
        """Send keys as events, or as tones when events were not agreed on."""
        if session.sends_events:
            session.sender.press(output.keys, output.duration, output.gap)
        else:
            session.sender.play(TONES, self._library.encoded(Keys(output.keys), session.sender.codec))

    def _open_session(self, output: OpenMedia) -> None:
        name = output.session
        if name in self._open:
            self._tell(MediaFailed(name, "the session is open already"))
            return
        try:
            opened = self._ports.open(output.host)
        except SetupError as error:
            self._tell(MediaFailed(name, str(error)))
            return
        session = self._open[name] = RtpSession(
            name, opened, self._tell, ear=self._ear, secure=output.secure, silence=output.silence
        )
        self._loop.add_reader(session.fileno(), self._read, session)
        self._loop.add_reader(session.control_fileno(), self._read_control, session)
        self._ticker.start()
        loading = self._library.loading if self._patient else None
        if loading is None:
            self._tell(MediaOpened(name, session.address))
        else:
            self._begin(self._open_late(session, loading))

    async def _open_late(self, session: RtpSession, loading: asyncio.Task[None]) -> None:
        await asyncio.wait({loading}, timeout=PATIENCE)
        if self._open.get(session.name) is session:
            self._tell(MediaOpened(session.name, session.address))

    def _read(self, session: RtpSession) -> None:
        session.read(time.monotonic())

    def _read_control(self, session: RtpSession) -> None:
        session.read_control(time.monotonic())

    def _beat(self) -> None:
        now = time.monotonic()
        for session in tuple(self._open.values()):
            session.send(now)

    def _close(self, session: RtpSession) -> None:
        self._loop.remove_reader(session.fileno())
        self._loop.remove_reader(session.control_fileno())
        del self._open[session.name]
        session.close(time.monotonic())
        self._closed[session.name] = session.ear
        self._closed.move_to_end(session.name)
        if len(self._closed) > CLOSED_KEPT:
            self._closed.popitem(last=False)
        if not self._open:
            self._ticker.stop()

    def _prepare(self, output: PreparePrompt) -> None:
        try:
            duration = self._library.duration_now(output.prompt)
        except MediaError as error:
            self._tell(PromptFailed(output.token, str(error)))
            return
        if duration is not None:
            self._tell(PromptReady(output.token, duration))
            return
        self._begin(self._render(output))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _render(self, output: PreparePrompt) -> None:
        try:
            duration = await self._library.prepare(output.prompt)
        except MediaError as error:
            self._tell(PromptFailed(output.token, str(error)))
        except Exception:
            # A fault of ours must not leave the caller in silence for ever.
            log.exception("cannot render a prompt")
            self._tell(PromptFailed(output.token, "the prompt could not be rendered"))
        else:
            self._tell(PromptReady(output.token, duration))
