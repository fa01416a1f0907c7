"""The phone: what the wire and the media side bring, when it wants to be woken, and its abilities."""

from __future__ import annotations

from collections.abc import Iterable

from sipdomain.errors import RemoteProtocolError
from sipdomain.media.outputs import (
    DtmfReceived,
    MediaFailed,
    MediaInput,
    MediaOpened,
    PlaybackDone,
    PromptFailed,
    PromptReady,
    RtpIgnored,
)
from sipdomain.phone.abilities import Abilities
from sipdomain.phone.leg import Leg
from sipdomain.phone.outputs import PhoneOutput
from sipdomain.phone.session import Session
from sipdomain.sip.codec import check
from sipdomain.sip.credentials import AUTHORIZATION
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow, Send
from sipdomain.sip.timers import earliest
from sipdomain.sip.transactions import (
    AckArrived,
    Indication,
    RequestArrived,
    ResponseArrived,
    TimedOut,
    Transaction,
    TransportFailed,
)


class Phone(Abilities):
    """A scripted phone. At most `capacity` unfinished calls at once; past that dialling is refused."""

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do, or None."""
        return earliest(self._line.layer.deadline, self._line.alarms.deadline)

    def receive(self, message: Request | Response, flow: Flow, now: float) -> list[PhoneOutput]:
        """Take a parsed message from the wire; one that cannot be worked with is noted, a request refused."""
        if self.settings.silent:
            return []
        try:
            check(message)
        except RemoteProtocolError as error:
            self._incoming.refuse(message, error, flow, now)
            return self._line.drain()
        self._carry(self._line.layer.receive(message, flow, now), now)
        return self._line.drain()

    def unreadable(
        self, data: bytes, flow: Flow, error: RemoteProtocolError, now: float
    ) -> list[PhoneOutput]:
        """Take bytes from the wire that are not a message: they are noted."""
        self._line.note("", "message not understood", f"{error}: {len(data)} bytes from {flow.remote}", now)
        return self._line.drain()

    def media(self, event: MediaInput, now: float) -> list[PhoneOutput]:
        """Take what the media side reports; events of unknown sessions are dropped."""
        match event:
            case RtpIgnored():
                calls = self._book.calls.values()
                call = next((each for each in calls if each.session == event.session), None)
                if call is not None:
                    detail = f"{event.packets} RTP packets from {event.source}, not {event.agreed}"
                    self._line.note(call.call_id, "ignored", detail, now)
            case MediaOpened() | MediaFailed() | DtmfReceived():
                leg = self._book.sessions.get(event.session)
                if leg is not None:
                    session = next(each for each in leg.sessions if each.name == event.session)
                    self._media(leg, session, event, now)
            case PromptReady() | PromptFailed():
                self._speaking.rendered(event, now)
            case PlaybackDone():
                self._speaking.played(event, now)
            case _:
                # A phone records nothing, streams nothing, and asks for no news of silence or of words.
                pass
        return self._line.drain()

    def _media(
        self, leg: Leg, session: Session, event: MediaOpened | MediaFailed | DtmfReceived, now: float
    ) -> None:
        if isinstance(event, DtmfReceived):
            self._line.note(leg.call.call_id, "heard", f"key {event.key}", now)
        elif leg.invite is not None:
            session.address = event.address if isinstance(event, MediaOpened) else session.address
            if isinstance(event, MediaOpened):
                self._incoming.called.media_opened(leg, now)
            else:
                self._incoming.called.refuse(leg, 503, event.reason, now)
        elif leg.opening is not None or leg.call.caller:
            return
        elif isinstance(event, MediaOpened):
            session.address = event.address
            self._dialling.open(leg, now)
        else:
            self._book.finish(leg, "failed", "", event.reason, now)

    def transport_failed(self, flow: Flow, now: float) -> list[PhoneOutput]:
        """Take note that a flow broke; calls whose request waits on it fail.

        A broken connection to the proxy is that of all our requests, whatever its number.
        """
        flows = {flow}
        towards_proxy = self.settings.flow(flow.transport)
        if flow.remote == towards_proxy.remote:
            flows.add(towards_proxy)
        for each in sorted(flows):
            self._carry(self._line.layer.transport_failed(each, now), now)
        return self._line.drain()

    def tick(self, now: float) -> list[PhoneOutput]:
        """Do what is due."""
        self._carry(self._line.layer.tick(now), now)
        for act in self._line.alarms.due(now):
            act(now)
        return self._line.drain()

    def _carry(self, step: Iterable[Send | Indication], now: float) -> None:
        for each in step:
            match each:
                case Send():
                    self._line.do(each)
                case RequestArrived(transaction, request):
                    self._incoming.request(transaction, request, now)
                case AckArrived(request, _):
                    self._incoming.acknowledged(request, now)
                case ResponseArrived(transaction, response):
                    self._response(transaction, response, now)
                case TimedOut(transaction):
                    self._lost(transaction, 408, now)
                case TransportFailed(transaction):
                    self._lost(transaction, 503, now)

    def _response(self, transaction: Transaction, response: Response, now: float) -> None:
        pending = self._line.pending_request(transaction, response.status)
        if pending is None:
            return
        leg, request = pending.leg, pending.request
        if self._registering.owns(leg):
            self._registered(leg, request, response, now)
            return
        try:
            if pending.asker is not None:
                pending.asker.response(leg, request, response, now)
            elif request.method == leg.call.method:
                self._dialling.response(leg, request, response, now)
            elif response.status in AUTHORIZATION and not leg.credentials.accept(response):
                self._line.send_again(leg, request, now)
        except RemoteProtocolError as error:
            if response.status >= 200:
                self._book.finish(leg, "failed", "", f"cannot work with this {response.status}: {error}", now)
            else:
                self._line.note(leg.call.call_id, "response not understood", str(error), now)

    def _registered(self, leg: Leg, request: Request, response: Response, now: float) -> None:
        try:
            self._registering.response(leg, request, response, now)
        except RemoteProtocolError as error:
            self._registering.lost(leg, f"cannot work with this {response.status}: {error}", now)

    def _lost(self, transaction: Transaction, status: int, now: float) -> None:
        pending = self._line.pending_request(transaction, 408)
        if pending is not None and self._registering.owns(pending.leg):
            self._registering.lost(pending.leg, self._line.why_lost(status), now)
        elif pending is not None and pending.asker is not None:
            pending.asker.lost(pending.leg, pending.request, status, now)
        elif pending is not None and pending.request.method == pending.leg.call.method:
            self._dialling.lost(pending.leg, status, now)
