"""Media in virtual time: a playback is a span of a prompt, and becomes samples only where somebody listens."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from sipdomain.errors import MediaError
from sipdomain.media import g711
from sipdomain.media.agreement import Agreement
from sipdomain.media.dtmf import key_packets
from sipdomain.media.outputs import (
    CloseMedia,
    ConnectMedia,
    DtmfReceived,
    MediaFailed,
    MediaInput,
    MediaMeasured,
    MediaOpened,
    MediaOutput,
    MediaSilent,
    OpenMedia,
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
)
from sipdomain.media.prompts import Keys, Prompt
from sipdomain.runtime.clock import Alarm, Clock
from sipdomain.runtime.media.engine import CLOSED_KEPT, TONES, SessionOutput
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.sim.sound import SimEar, SimStream, SimTape, Span
from sipdomain.sip.outputs import Address

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

log = logging.getLogger(__name__)

_PORTS: Final = range(16_384, 65_536, 2)
_MOST_SPANS: Final = 4096


@dataclass(slots=True)
class _Playback:
    number: int
    prompt: Prompt
    start_at: float
    stop_at: float
    span: Span | None = None


@dataclass(slots=True, eq=False)
class _Session:
    name: str
    address: Address
    tell: Callable[[MediaInput], None]
    secure: bool = False
    ear: SimEar = field(default_factory=SimEar)
    agreed: Agreement | None = None
    playbacks: list[_Playback] = field(default_factory=list)
    ending: Alarm | None = None
    listener: _Session | None = None
    keys: list[Alarm] = field(default_factory=list)
    keys_until: float = 0.0
    tapes: dict[str, SimTape] = field(default_factory=dict)
    heard: SimStream = field(default_factory=SimStream)
    sent: SimStream = field(default_factory=SimStream)
    silence: float = 0.0
    call_at: Callable[[float, Callable[[], None]], Alarm] | None = None
    silent: Alarm | None = None
    was_heard: bool = False

    def understands(self, sender: Agreement) -> bool:
        """Whether what a sender agreed on can be heard here: plain RTP even before an agreement, SRTP by its key."""
        if self.agreed is None:
            return not self.secure and sender.local_key is None
        return self.agreed.receiving and self.agreed.remote_key == sender.local_key

    def watch(self, now: float) -> None:
        """Measure both directions, and await the audio that ought to come; nothing changes when it was told twice."""
        agreed = self.agreed
        self.heard.flow(now, flowing=self.ear.senders > 0)
        self.sent.flow(now, flowing=agreed is not None and agreed.sending)
        missed = agreed is not None and agreed.receiving and not self.ear.senders
        if self.silent is not None and not missed:
            self.silent.cancel()
            self.silent = None
        elif self.silent is None and missed and self.silence and self.call_at is not None:
            self.silent = self.call_at(
                now + self.silence, lambda: self.tell(MediaSilent(self.name, self.silence))
            )


class SimExchange:
    """Joins the sessions of one world by their addresses."""

    def __init__(self) -> None:
        self._sessions: dict[Address, _Session] = {}
        self._senders: dict[Address, dict[_Session, None]] = {}
        self._next = 0

    def free_address(self, host: str) -> Address | None:
        """Return the next free even port of a host, or None; the same in every run."""
        for _ in _PORTS:
            address = Address(host, _PORTS[self._next])
            self._next = (self._next + 1) % len(_PORTS)
            if address not in self._sessions:
                return address
        return None

    def open(self, session: _Session, now: float) -> None:
        """Let a session be reached at its address."""
        self._sessions[session.address] = session
        self._senders_changed(session.address, now)

    def connect(self, session: _Session, agreed: Agreement, now: float) -> None:
        """Take what a session agreed on."""
        self._aim_elsewhere(session)
        session.agreed = agreed
        session.watch(now)
        self._senders.setdefault(agreed.remote, {})[session] = None
        self._join(session, now)
        self._senders_changed(session.address, now)

    def close(self, session: _Session, now: float) -> None:
        """Let a session be reached no more."""
        del self._sessions[session.address]
        self._aim_elsewhere(session)
        session.agreed = None
        session.watch(now)
        self._join(session, now)
        self._senders_changed(session.address, now)

    def _aim_elsewhere(self, session: _Session) -> None:
        if session.agreed is not None:
            senders = self._senders[session.agreed.remote]
            del senders[session]
            if not senders:
                del self._senders[session.agreed.remote]

    def _senders_changed(self, address: Address, now: float) -> None:
        for sender in tuple(self._senders.get(address, ())):
            self._join(sender, now)

    def _join(self, sender: _Session, now: float) -> None:
        """Let a sender's audio go to whoever listens at its peer's address now."""
        agreed = sender.agreed
        listener = self._sessions.get(agreed.remote) if agreed is not None and agreed.sending else None
        if listener is not None and agreed is not None and not listener.understands(agreed):
            listener = None
        if listener is sender.listener:
            return
        if sender.listener is not None:
            sender.listener.ear.disconnect(now)
            sender.listener.watch(now)
            for playback in sender.playbacks:
                if playback.span is not None:
                    playback.span.cut(now)
                    playback.span = None
        sender.listener = listener
        if listener is not None:
            sender.was_heard = True
            listener.ear.connect(now)
            listener.watch(now)
            for playback in sender.playbacks:
                deliver(sender, playback, now)


def deliver(sender: _Session, playback: _Playback, now: float) -> None:
    """Let what is left of a playback go into the listener's ear and on both sides' tapes, while they have room."""
    listener, agreed = sender.listener, sender.agreed
    if listener is None or agreed is None or playback.stop_at <= now:
        return
    start_at = max(now, playback.start_at)
    playback.span = span = Span(
        playback.prompt, agreed.codec, start_at - playback.start_at, start_at, playback.stop_at
    )
    for spans in (
        listener.ear.spans,
        *(tape.inbound for tape in listener.tapes.values()),
        *(tape.outbound for tape in sender.tapes.values()),
    ):
        if len(spans) < _MOST_SPANS:
            spans.append(span)


class SimMedia:
    """One owner's media sessions in virtual time. Nothing is lost, and nothing takes time on its way.

    A prompt is ready at once; a key is told when it is up again.
    """

    def __init__(self, clock: Clock, library: PromptLibrary, exchange: SimExchange) -> None:
        """Begin without sessions.

        Args:
            clock: Virtual time.
            library: Prompts; with the tone voice, so that nothing has to be waited for.
            exchange: What joins the sessions of one world.
        """
        self._clock = clock
        self._library = library
        self._exchange = exchange
        self._open: dict[str, _Session] = {}
        self._closed: OrderedDict[str, SimEar] = OrderedDict()
        self._tell: Callable[[MediaInput], None] = lambda _: None

    def bind(self, on_input: Callable[[MediaInput], None]) -> None:
        """Say who is told; before the first output."""
        self._tell = on_input

    def carry(self, output: MediaOutput) -> None:
        """Carry an output out; one for a session that is not open is dropped."""
        now = self._clock.now()
        match output:
            case OpenMedia():
                self._open_session(output, now)
            case PreparePrompt():
                self._prepare(output)
            case _:
                session = self._open.get(output.session)
                if session is not None:
                    try:
                        self._carry_in(session, output, now)
                    except MediaError as error:
                        log.warning("session %s: %s", session.name, error)

    def _carry_in(self, session: _Session, output: SessionOutput, now: float) -> None:
        match output:
            case ConnectMedia():
                self._exchange.connect(session, output.agreement, now)
            case StartPlayback():
                self._start(session, output.playback, output.prompt, now)
            case StopPlayback():
                self._stop(session, output.playback, now)
            case SendDtmf():
                self._press(session, output, now)
            case CloseMedia():
                self._close(session, now)
            case _:
                self._record(session, output, now)

    def _record(self, session: _Session, output: RecordingOutput, now: float) -> None:
        tapes, name = session.tapes, output.recording
        match output:
            case StartRecording() if name not in tapes:
                tapes[name] = tape = SimTape(output, now)
                tape.inbound += (span for span in session.ear.spans if span.stop_at > now)
                tape.outbound += (each.span for each in session.playbacks if each.span is not None)
            case PauseRecording(skip=skip) if name in tapes:
                tapes[name].pause(now, skip=skip)
            case ResumeRecording() if name in tapes:
                tapes[name].resume(now)
            case StopRecording() if name in tapes:
                self._tell(tapes.pop(name).develop(self._library, now))
            case _:
                log.warning("session %s: there is no recording %s", session.name, name)

    def heard(self, session: str) -> Samples:
        """Return what a session heard so far, at 8 kHz; nothing for a session that is not known."""
        found = self._open.get(session)
        ear = found.ear if found is not None else self._closed.get(session, SimEar())
        return ear.samples(self._library, self._clock.now())

    def _open_session(self, output: OpenMedia, now: float) -> None:
        if output.session in self._open:
            self._tell(MediaFailed(output.session, "the session is open already"))
            return
        address = self._exchange.free_address(output.host)
        if address is None:
            self._tell(MediaFailed(output.session, f"no free RTP port on {output.host}"))
            return
        session = self._open[output.session] = _Session(
            output.session,
            address,
            self._tell,
            output.secure,
            silence=output.silence,
            call_at=self._clock.call_at,
        )
        self._exchange.open(session, now)
        self._tell(MediaOpened(output.session, address))

    def _prepare(self, output: PreparePrompt) -> None:
        try:
            duration = self._duration(output.prompt)
        except MediaError as error:
            self._tell(PromptFailed(output.token, str(error)))
        else:
            self._tell(PromptReady(output.token, duration))

    def _duration(self, prompt: Prompt) -> float:
        duration = self._library.duration_now(prompt)
        return len(self._library.samples(prompt)) / g711.RATE if duration is None else duration

    def _start(self, session: _Session, number: int, prompt: Prompt, now: float) -> None:
        start_at = max(now, session.playbacks[-1].stop_at) if session.playbacks else now
        playback = _Playback(number, prompt, start_at, start_at + self._duration(prompt))
        session.playbacks.append(playback)
        deliver(session, playback, now)
        self._await_end(session)

    def _await_end(self, session: _Session) -> None:
        """Ring when the first of the playbacks ends."""
        if session.ending is not None:
            session.ending.cancel()
        session.ending = None
        if session.playbacks:
            session.ending = self._clock.call_at(
                session.playbacks[0].stop_at, partial(self._play_ended, session)
            )

    def _play_ended(self, session: _Session) -> None:
        playback = session.playbacks.pop(0)
        self._await_end(session)
        if playback.number != TONES:
            self._tell(PlaybackDone(session.name, playback.number))

    def _stop(self, session: _Session, number: int, now: float) -> None:
        """Stop a playback; those that waited behind it move up."""
        kept: list[_Playback] = []
        for playback in session.playbacks:
            if playback.number == number:
                if playback.span is not None:
                    playback.span.cut(now)
            else:
                kept.append(playback)
        session.playbacks = kept
        next_at = now
        for playback in kept:
            if playback.start_at > next_at:
                early = playback.start_at - next_at
                playback.start_at -= early
                playback.stop_at -= early
                if playback.span is not None:
                    playback.span.start_at -= early
                    playback.span.stop_at -= early
            next_at = playback.stop_at
        self._await_end(session)

    def _press(self, session: _Session, output: SendDtmf, now: float) -> None:
        key_packets(output.keys, output.duration, output.gap)
        if session.agreed is None:
            return
        if session.agreed.dtmf_payload_type is None:
            self._start(session, TONES, Keys(output.keys), now)
            return
        at = max(now, session.keys_until)
        session.keys = session.keys if at > now else []
        for key in output.keys:
            at += output.duration
            told = partial(self._key_up, session, key, output.duration)
            session.keys.append(self._clock.call_at(at, told))
            at += output.gap
        session.keys_until = at

    def _key_up(self, session: _Session, key: str, duration: float) -> None:
        listener = session.listener
        if listener is not None:
            listener.tell(DtmfReceived(listener.name, key, duration))

    def _close(self, session: _Session, now: float) -> None:
        for alarm in session.keys:
            alarm.cancel()
        if session.ending is not None:
            session.ending.cancel()
        for playback in session.playbacks:
            if playback.span is not None:
                playback.span.cut(now)
        del self._open[session.name]
        connected = session.agreed is not None
        self._exchange.close(session, now)
        if connected:
            # Nothing is lost on the way, and nothing takes time; only a peer that was there could report that.
            figures = (0, 0.0, 0.0) if session.was_heard else (None, None, None)
            self._tell(
                MediaMeasured(session.name, session.sent.packets, session.heard.packets, 0, 0.0, *figures)
            )
        self._closed[session.name] = session.ear
        self._closed.move_to_end(session.name)
        if len(self._closed) > CLOSED_KEPT:
            self._closed.popitem(last=False)
