"""Sessions and rooms in virtual time: what plays in each, what each passes on, and who hears it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from math import inf
from operator import attrgetter

from sipdomain.faults import Sender
from sipdomain.media.agreement import Agreement
from sipdomain.media.dtmf import Pressed
from sipdomain.media.hearing import Side, StartHearing
from sipdomain.media.outputs import DtmfReceived, MediaInput, MediaSilent, StartRecording
from sipdomain.media.prompts import Prompt
from sipdomain.media.silence import SilenceHeard, StartListening
from sipdomain.media.stream_messages import StreamMessages
from sipdomain.runtime.clock import Alarm
from sipdomain.runtime.media.scripted_hearing import Said, ScriptedHearing
from sipdomain.runtime.sim.listener import SimListener
from sipdomain.runtime.sim.rtp_line import Way
from sipdomain.runtime.sim.sound import Raw, SimEar, SimStream, SimTape, Span, Voice, is_open, keep, words_in
from sipdomain.runtime.sim.tap import SimTap
from sipdomain.runtime.sim.tone_listener import SimToneListener
from sipdomain.sip.outputs import Address


@dataclass(slots=True)
class Playing:
    """A playback, or a voice that is passed on, and the span that it is heard as.

    Attributes:
        number: The playback's number.
        source: A prompt, a voice, or audio of a media stream.
        start_at: When it begins, or began.
        stop_at: When it ends; never for a voice.
        gain: What its samples are multiplied by.
        span: What goes to whoever listens, or None while nobody does.
    """

    number: int
    source: Prompt | Voice | Raw
    start_at: float
    stop_at: float
    gain: float = 1.0
    span: Span | None = None

    def cut(self, now: float) -> None:
        """Let nobody hear more of it."""
        if self.span is not None:
            self.span.cut(now)
            self.span = None

    def lengthen(self, stop_at: float) -> None:
        """Let it end later."""
        self.stop_at = stop_at
        if self.span is not None:
            self.span.stop_at = stop_at

    def shorten(self, stop_at: float) -> None:
        """Let it end sooner."""
        self.stop_at = stop_at
        if self.span is not None:
            self.span.cut(stop_at)

    def begin(self, codec: str, now: float) -> Span:
        """Let what is left of it be heard."""
        start_at = max(now, self.start_at)
        self.span = Span(self.source, codec, start_at - self.start_at, start_at, self.stop_at, self.gain)
        return self.span


@dataclass(slots=True, eq=False)
class SimRoom:
    """A room.

    Attributes:
        name: The room's name.
        playbacks: What is played into it, in order.
        ending: Rings when the first of them ends.
        passed: The voices in it, by the names of the speakers.
        tapes: Its recordings under way, by their names.
        spans: What was played into it.
    """

    name: str
    playbacks: list[Playing] = field(default_factory=list)
    ending: Alarm | None = None
    passed: dict[str, Playing] = field(default_factory=dict)
    tapes: dict[str, SimTape] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)

    def deliver(self, playing: Playing, now: float) -> None:
        """Let what is left of a playback be heard in the room, and recorded."""
        if playing.stop_at <= now:
            return
        span = playing.begin("PCMU", now)
        for tape in self.tapes.values():
            keep(tape.outbound, span)
        keep(self.spans, span)

    def pass_on(self, playing: Playing, now: float) -> None:
        """Let a voice be recorded; the sinks of the room hear it by themselves."""
        span = playing.begin("PCMU", now)
        for tape in self.tapes.values():
            keep(tape.inbound, span)

    def begin_tape(self, wish: StartRecording, now: float) -> None:
        """Record from now on, also what is under way."""
        self.tapes[wish.recording] = tape = SimTape(wish, now)
        tape.inbound += (each.span for each in self.passed.values() if each.span is not None)
        tape.outbound += (each.span for each in self.playbacks if each.span is not None)


@dataclass(slots=True, eq=False)
class SimSession:
    """A session.

    Attributes:
        name: The session's name.
        address: Where it can be reached.
        notify: Called with keys and silence.
        secure: Whether it hears nothing without keys for SRTP.
        ear: What it hears.
        agreed: What was agreed with the peer, or None.
        playbacks: What is played into it, in order.
        ending: Rings when the first of them ends.
        passed: The voices that its peer hears, by the names of the speakers.
        listener: Who hears what it sends, or None.
        keys: Keys on their way.
        keys_until: When the last one and its gap are over.
        tapes: Its recordings under way, by their names.
        heard: How long audio came.
        sent: How long audio went out.
        silence: After how many seconds without audio `MediaSilent` is reported; 0 for never.
        call_at: The clock's.
        silent: Rings when nothing was heard for too long.
        was_heard: Whether anybody ever listened.
        listeners: Who waits for silence, by number.
        tones: Who hears keys as tones, once one may come.
        tap: What keeps what it says, for a capture, or None.
        streams: Its media streams.
        streamed: What a media stream plays into it, or None.
        said: What it says, from when a media stream asked for that; None before.
        hearings: Who hears words, by number.
        side: Whose it is; audio goes by a line between the two sides.
        way: What it sends by a line, or None.
        way_in: What it heard by a line, or None.
    """

    name: str
    address: Address
    notify: Callable[[MediaInput], None]
    ear: SimEar
    secure: bool = False
    agreed: Agreement | None = None
    playbacks: list[Playing] = field(default_factory=list)
    ending: Alarm | None = None
    passed: dict[str, Playing] = field(default_factory=dict)
    listener: SimSession | None = None
    keys: list[Alarm] = field(default_factory=list)
    keys_until: float = 0.0
    tapes: dict[str, SimTape] = field(default_factory=dict)
    heard: SimStream = field(default_factory=SimStream)
    sent: SimStream = field(default_factory=SimStream)
    silence: float = 0.0
    call_at: Callable[[float, Callable[[], None]], Alarm] | None = None
    silent: Alarm | None = None
    was_heard: bool = False
    listeners: dict[int, SimListener] = field(default_factory=dict)
    tones: SimToneListener | None = None
    tap: SimTap | None = None
    streams: list[StreamMessages] = field(default_factory=list)
    streamed: Playing | None = None
    said: list[Span] | None = None
    hearings: dict[int, ScriptedHearing] = field(default_factory=dict)
    side: Sender | None = None
    way: Way | None = None
    way_in: Way | None = None

    @property
    def spans(self) -> list[Span]:
        """What its peer says: that is passed on."""
        return self.ear.spans

    @property
    def sends_events(self) -> bool:
        """Whether the peer understands telephone-events."""
        return self.agreed is not None and self.agreed.dtmf_payload_type is not None

    def understands(self, sender: Agreement) -> bool:
        """Whether what a sender agreed on can be heard here: plain RTP even before an agreement, SRTP by its key."""
        if self.agreed is None:
            return not self.secure and sender.local_key is None
        return self.agreed.receiving and self.agreed.remote_key == sender.local_key

    def watch(self, now: float) -> None:
        """Measure both directions, and await the audio that ought to come; a second call changes nothing."""
        agreed = self.agreed
        for listener in tuple(self.listeners.values()):
            listener.flow(now, flowing=self.ear.senders > 0)
        self.heard.flow(now, flowing=self.ear.senders > 0)
        self.sent.flow(now, flowing=agreed is not None and agreed.sending)
        missed = agreed is not None and agreed.receiving and not self.ear.senders
        if self.silent is not None and not missed:
            self.silent.cancel()
            self.silent = None
        elif self.silent is None and missed and self.silence and self.call_at is not None:
            self.silent = self.call_at(
                now + self.silence, lambda: self.notify(MediaSilent(self.name, self.silence))
            )

    def listen(self, wish: StartListening, now: float) -> None:
        """Wait for silence from now on."""
        if self.call_at is not None:
            heard = partial(self._silence_heard, wish.listener)
            self.listeners[wish.listener] = listener = SimListener(
                self.ear, wish.silence, self.call_at, heard
            )
            listener.flow(now, flowing=self.ear.senders > 0)

    def hear_tones(self, now: float) -> None:
        """Hear keys in what comes from now on, where events were not agreed on (rule keys-in-band)."""
        if self.agreed is None or self.sends_events or self.call_at is None:
            return
        if self.tones is None:
            self.tones = SimToneListener(self.ear, self.call_at, self._key_heard)
        self.tones.wake(now)

    def _key_heard(self, pressed: Pressed) -> None:
        if not self.sends_events:
            self.notify(DtmfReceived(self.name, pressed.key, pressed.duration))

    def _silence_heard(self, number: int) -> None:
        del self.listeners[number]
        self.notify(SilenceHeard(self.name, number))

    def listen_no_more(self, listener: int) -> None:
        """Wait for it no more; harmless when it was heard."""
        gone = self.listeners.pop(listener, None)
        if gone is not None:
            gone.stop()

    @property
    def _sending(self) -> tuple[Playing, ...]:
        """All that goes out of it now, or will."""
        streamed = () if self.streamed is None else (self.streamed,)
        return (*self.playbacks, *self.passed.values(), *streamed)

    def play_raw(self, raw: Raw, start_at: float, stop_at: float) -> Playing:
        """Play audio of a media stream from now on."""
        self.streamed = playing = Playing(0, raw, start_at, stop_at)
        self.deliver(playing, start_at)
        return playing

    def keep_said(self) -> list[Span]:
        """Return what it says from now on, also what is under way; to which more is added at the end."""
        if self.said is None:
            self.said = [each.span for each in self._sending if each.span is not None]
        return self.said

    def hear(self, wish: StartHearing, now: float) -> None:
        """Hear words from now on, in what is heard or in what is sent."""
        if self.call_at is None:
            return
        spans = self.ear.spans if wish.side == "inbound" else self.keep_said()
        library, clock = self.ear.library, self.ear.now

        def look_up(since: float) -> Said:
            heard = wish.side == "inbound"
            words = sorted(words_in(spans, since, inf, library, heard=heard), key=attrgetter("began_at"))
            return Said(words, is_open(spans, clock()))

        self.hearings[wish.hearing] = ScriptedHearing(
            wish, now, look_up=look_up, call_at=self.call_at, notify=self.notify
        )

    def hear_no_more(self, hearing: int, now: float) -> None:
        """Hear words for it no more; harmless when it was never begun."""
        gone = self.hearings.pop(hearing, None)
        if gone is not None:
            gone.finish(now)

    def wake(self, side: Side, now: float) -> None:
        """Look for words: something new is heard, or sent."""
        for hearing in self.hearings.values():
            if hearing.wish.side == side:
                hearing.wake(now)

    def turn_to(self, listener: SimSession | None, now: float) -> None:
        """Let somebody else hear from now on what it sends, or nobody."""
        sending = self._sending
        if self.listener is not None:
            self.listener.ear.disconnect(now)
            self.listener.watch(now)
            for playing in sending:
                playing.cut(now)
        self.listener = listener
        if self.way is not None:
            self.way.lead_to(listener, now)
        if listener is not None:
            self.was_heard = True
            listener.ear.connect(now)
            listener.watch(now)
            for playing in sending:
                self.deliver(playing, now)

    def deliver(self, playing: Playing, now: float) -> None:
        """Let what is left of a playback go into the listener's ear and on both sides' tapes, while they have room."""
        listener, agreed = self.listener, self.agreed
        if listener is None or agreed is None or playing.stop_at <= now:
            return
        span = playing.begin(agreed.codec, now)
        span.way = self.way
        keep(listener.ear.spans, span)
        if self.tap is not None:
            self.tap.said(self, span)
        if self.said is not None:
            keep(self.said, span)
        listener.hear_tones(now)
        listener.wake("inbound", now)
        self.wake("outbound", now)
        for tape in listener.tapes.values():
            keep(tape.inbound, span)
        for tape in self.tapes.values():
            keep(tape.outbound, span)

    def pass_on(self, playing: Playing, now: float) -> None:
        """Let the peer hear a voice."""
        self.deliver(playing, now)

    def begin_tape(self, wish: StartRecording, now: float) -> None:
        """Record from now on, also what is under way."""
        self.tapes[wish.recording] = tape = SimTape(wish, now)
        tape.inbound += (span for span in self.ear.spans if span.stop_at > now)
        tape.outbound += (each.span for each in self._sending if each.span is not None)


SimEndpoint = SimSession | SimRoom
