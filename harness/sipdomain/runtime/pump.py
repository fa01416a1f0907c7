"""Feeds one core and carries its outputs out: the only place where deciding and doing meet."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, assert_never

from sipdomain.entries import Entry, Note, PhoneEvent, SipMessage
from sipdomain.errors import RemoteProtocolError
from sipdomain.journal import Journal
from sipdomain.media.hearing import StartHearing, StopHearing
from sipdomain.media.outputs import (
    CloseMedia,
    CloseRoom,
    ConnectMedia,
    MediaInput,
    MediaOutput,
    OpenMedia,
    OpenRoom,
    Patch,
    PauseRecording,
    PreparePrompt,
    ResumeRecording,
    SendDtmf,
    StartPlayback,
    StartRecording,
    StopPlayback,
    StopRecording,
    Unpatch,
)
from sipdomain.media.silence import StartListening, StopListening
from sipdomain.media.streaming import (
    ClearAudio,
    QueueAudio,
    QueueMark,
    SendEvent,
    StartStream,
    StopStream,
)
from sipdomain.runtime.clock import Alarm, Clock
from sipdomain.sip.codec import parse
from sipdomain.sip.keep_alive import KeepAlives, is_keep_alive
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address, Flow, Send
from sipdomain.sip.sources import source_of
from sipdomain.twilio.engine.turn import Output as CloudOutput
from sipdomain.twilio.webhooks.http import Fetch, HttpRequest, HttpResult
from sipdomain.twilio.webhooks.socket import (
    CloseSocket,
    OpenSocket,
    SendText,
    SocketInput,
    SocketOutput,
)

log = logging.getLogger(__name__)

Output = CloudOutput | PhoneEvent
"""All that a core may ask for; `Pump` carries each."""
Step = Callable[[], Sequence[Output]]
"""Gives a core one input, and returns what it asks for."""


class Core(Protocol):
    """What the emulator and a phone have in common."""

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do."""
        ...

    def receive(self, message: Request | Response, flow: Flow, now: float) -> Sequence[Output]:
        """Take a message."""
        ...

    def unreadable(self, data: bytes, flow: Flow, error: RemoteProtocolError, now: float) -> Sequence[Output]:
        """Take bytes that are not a message."""
        ...

    def tick(self, now: float) -> Sequence[Output]:
        """Let what is due happen."""
        ...

    def media(self, event: MediaInput, now: float) -> Sequence[Output]:
        """Take news from the media side."""
        ...

    def transport_failed(self, flow: Flow, now: float) -> Sequence[Output]:
        """A flow broke."""
        ...


class Network(Protocol):
    """What sends bytes."""

    def send(self, flow: Flow, data: bytes) -> None:
        """Send a message; a failure is reported to the pump, later."""
        ...


class Media(Protocol):
    """What carries media outputs out."""

    def carry(self, output: MediaOutput) -> None:
        """Carry one out; answers come back through the pump's `media`."""
        ...


class HttpClient(Protocol):
    """What asks URLs."""

    def fetch(self, request: HttpRequest, done: Callable[[HttpResult], None]) -> None:
        """Carry out a request and call `done` once."""
        ...


class SocketCarrier(Protocol):
    """What carries WebSockets."""

    def carry(self, output: SocketOutput) -> None:
        """Carry an output out; what comes of it is reported later, never from within."""
        ...


@dataclass(frozen=True, slots=True)
class Wires:
    """Who carries WebSockets, and who takes news of them.

    Attributes:
        carrier: What carries them.
        taken: Takes news and the moment, as `Emulator.socket` does.
    """

    carrier: SocketCarrier
    taken: Callable[[SocketInput, float], Sequence[Output]]


@dataclass(frozen=True, slots=True)
class Web:
    """Who asks URLs, and who takes the answers.

    Attributes:
        client: What asks URLs.
        fetched: Takes the token of a `Fetch`, its result and the moment, as `Emulator.fetched` does.
    """

    client: HttpClient
    fetched: Callable[[int, HttpResult, float], Sequence[Output]]


class Pump:
    """Runs one core: every input goes in one at a time, and its outputs are carried out before the next.

    Attributes:
        owner: The name of its core in the journal.
        journal: Where entries and messages are written.
        keep_alives: The datagrams that were let pass because they only keep a NAT binding open.
    """

    def __init__(
        self, core: Core, owner: str, *, clock: Clock, journal: Journal, network: Network | None = None,
        media: Media | None = None, web: Web | None = None, wires: Wires | None = None,
    ) -> None:  # fmt: skip
        """Run a core.

        Args:
            core: What decides.
            owner: Its name in the journal.
            clock: The time.
            journal: Where to write.
            network: What sends; may be set later, before the first output.
            media: What plays, if anything does.
            web: What asks URLs, if anything does.
            wires: What carries WebSockets, if anything does.
        """
        self.core = core
        self.journal = journal
        self.keep_alives = KeepAlives()
        self.network = network
        self._media = media
        self._web = web
        self._wires = wires
        self.owner = owner
        self._clock = clock
        self._inputs: deque[tuple[Step, str]] = deque()
        self._busy = False
        self._alarm: Alarm | None = None
        self._alarm_at = 0.0

    # --- inputs ------------------------------------------------------------------------------------------

    def receive(self, data: bytes, flow: Flow) -> None:
        """Take the bytes of a message."""
        now = self._clock.now()
        if not flow.reliable and is_keep_alive(data):
            self._kept_alive(data, flow, now)
            return
        source = source_of(flow.remote.host)
        try:
            message = parse(data)
        except RemoteProtocolError as error:
            wrong = error
            self._note_message("in", flow, data, now, "")
            self.feed(lambda: self.core.unreadable(data, flow, wrong, now), source)
            return
        self._note_message("in", flow, data, now, message.headers.get("call-id") or "")
        self.feed(lambda: self.core.receive(message, flow, now), source)

    def _kept_alive(self, data: bytes, flow: Flow, now: float) -> None:
        said = self.keep_alives.take(data, flow.remote.host)
        if said:
            note = Note(at=now, source=flow.transport, text=f"{_text(flow.remote)}: {said}")
            self.journal.append(note, source_of(flow.remote.host))

    def media(self, event: MediaInput) -> None:
        """Take news from the media side."""
        self.feed(lambda: self.core.media(event, self._clock.now()))

    def socket(self, event: SocketInput) -> None:
        """Take news of a WebSocket."""
        if self._wires is not None:
            taken = self._wires.taken
            self.feed(lambda: taken(event, self._clock.now()))

    def transport_failed(self, flow: Flow) -> None:
        """Take the news that a flow broke."""
        self.feed(lambda: self.core.transport_failed(flow, self._clock.now()))

    def feed(self, step: Step, source: str = "") -> None:
        """Run a step of the core and carry out what it returns; a step from within waits for its turn.

        Args:
            step: Returns what is to be done.
            source: Whose doing it is, as `sipdomain.sip.sources` counts; "" for nobody in particular.
        """
        self._inputs.append((step, source))
        if self._busy:
            return
        self._busy = True
        try:
            while self._inputs:
                self._carry_out(*self._inputs.popleft())
        finally:
            self._busy = False
        self._arm()

    # --- outputs -----------------------------------------------------------------------------------------

    def _carry_out(self, step: Step, source: str) -> None:
        try:
            outputs = step()
        except Exception:
            # A fault of ours must not take the other calls with it; it is loud in the log.
            log.exception("unhandled exception in %s", self.owner)
            return
        for output in outputs:
            self._carry(output, source)

    def _carry(self, output: Output, source: str) -> None:
        """Give an output to what carries its type.

        Raises:
            RuntimeError: The pump was given nothing that does: it is put together wrongly.
        """
        match output:
            case Send():
                self._send(output)
            case Entry():
                self.journal.append(output, source)
            case Fetch():
                self._fetch(output)
            case OpenSocket() | SendText() | CloseSocket():
                if self._wires is None:
                    raise self._lacks("wires", output)
                self._wires.carrier.carry(output)
            case (
                OpenMedia()
                | ConnectMedia()
                | CloseMedia()
                | OpenRoom()
                | CloseRoom()
                | Patch()
                | Unpatch()
                | PreparePrompt()
                | StartPlayback()
                | StopPlayback()
                | SendDtmf()
                | StartListening()
                | StopListening()
                | StartHearing()
                | StopHearing()
                | StartRecording()
                | PauseRecording()
                | ResumeRecording()
                | StopRecording()
                | StartStream()
                | SendEvent()
                | QueueAudio()
                | QueueMark()
                | ClearAudio()
                | StopStream()
            ):
                if self._media is None:
                    raise self._lacks("media", output)
                self._media.carry(output)
            case _:
                assert_never(output)

    def _send(self, output: Send) -> None:
        if self.network is None:
            raise self._lacks("network", output)
        flow, data = output.flow, output.data
        self._note_message("out", flow, data, self._clock.now(), "")
        self.network.send(flow, data)

    def _fetch(self, output: Fetch) -> None:
        if self._web is None:
            raise self._lacks("web", output)
        token, fetched = output.token, self._web.fetched
        self._web.client.fetch(
            output.request, lambda result: self.feed(lambda: fetched(token, result, self._clock.now()))
        )

    def _lacks(self, carrier: str, output: Output) -> RuntimeError:
        return RuntimeError(f"{self.owner} asks for {type(output).__name__}, and its pump has no {carrier}")

    def _note_message(self, lane: str, flow: Flow, data: bytes, now: float, call_id: str) -> None:
        self.journal.append(
            SipMessage(
                at=now, owner=self.owner, lane="in" if lane == "in" else "out", transport=flow.transport,
                local=_text(flow.local), remote=_text(flow.remote), data=data, call_id=call_id,
            ),
            source_of(flow.remote.host),
        )  # fmt: skip

    def _arm(self) -> None:
        deadline = self.core.deadline
        if deadline is None:
            return
        if self._alarm is not None:
            # A later deadline than the one armed needs nothing: the tick finds nothing due, and arms again.
            if self._alarm_at <= deadline:
                return
            self._alarm.cancel()
        self._alarm_at = deadline
        self._alarm = self._clock.call_at(deadline, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        self.feed(lambda: self.core.tick(self._clock.now()))

    def close(self) -> None:
        """Ring no more."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None


@lru_cache(maxsize=4096)
def _text(address: Address) -> str:
    return str(address)
