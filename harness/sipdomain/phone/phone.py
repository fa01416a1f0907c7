"""The phone: what a script tells it, what the wire and the media side bring, and when it wants to be woken."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from sipdomain.errors import LocalProtocolError, RemoteProtocolError
from sipdomain.media.outputs import (
    DtmfReceived,
    MediaFailed,
    MediaInput,
    MediaMeasured,
    MediaOpened,
    MediaSilent,
    PlaybackDone,
    PromptFailed,
    PromptReady,
    RecordingDone,
    RtpIgnored,
    SendDtmf,
)
from sipdomain.phone.book import CallBook
from sipdomain.phone.call import PhoneCall
from sipdomain.phone.census import PhoneCensus
from sipdomain.phone.dialling import Dialling
from sipdomain.phone.incoming import Incoming
from sipdomain.phone.leg import Leg
from sipdomain.phone.line import Line
from sipdomain.phone.outputs import PhoneOutput
from sipdomain.phone.registering import Registering
from sipdomain.phone.session import Session
from sipdomain.phone.settings import PhoneSettings
from sipdomain.sip.codec import check
from sipdomain.sip.credentials import AUTHORIZATION
from sipdomain.sip.grammar import TOKEN
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow, Send
from sipdomain.sip.timers import Timers
from sipdomain.sip.transactions import (
    AckArrived,
    Indication,
    RequestArrived,
    ResponseArrived,
    TimedOut,
    Transaction,
    TransportFailed,
)

_KEYS: Final = re.compile(r"[0-9A-D*#]+")


class Phone:
    """A scripted phone. At most `capacity` unfinished calls at once; past that dialling is refused."""

    def __init__(
        self,
        settings: PhoneSettings,
        *,
        rng: random.Random,
        timers: Timers | None = None,
        capacity: int = 10_000,
    ) -> None:
        """Make a phone.

        Args:
            settings: Who it is.
            rng: Where Call-IDs, tags, branches and client nonces come from.
            timers: The base values of its SIP timers; those of RFC 3261 when None.
            capacity: How many unfinished calls it may have.
        """
        self.settings = settings
        self._line = Line(settings, rng, timers)
        self._book = CallBook(self._line, capacity)
        self._dialling = Dialling(self._line, self._book)
        self._incoming = Incoming(self._line, self._book)
        self._registering = Registering(self._line)

    @property
    def calls(self) -> Mapping[str, PhoneCall]:
        """The calls by Call-ID, oldest first; of the finished ones the last 1,000."""
        return MappingProxyType(self._book.calls)

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do, or None."""
        moments = [at for at in (self._line.layer.deadline, self._line.alarms.deadline) if at is not None]
        return min(moments, default=None)

    @property
    def census(self) -> PhoneCensus:
        """What is open or awaited; all zero when nothing is left of past calls."""
        line, book = self._line, self._book
        return PhoneCensus(
            legs=len(book.legs),
            sessions=len(book.sessions),
            transactions=len(line.layer),
            errands=line.errands,
            alarms=len(line.alarms),
        )

    def dial(
        self,
        to: str,
        *,
        now: float,
        headers: Iterable[tuple[str, str]] = (),
        user: str | None = None,
        password: str | None = None,
        transport: str | None = None,
        late_offer: bool = False,
    ) -> tuple[PhoneCall, list[PhoneOutput]]:
        """Place a call: open media; the INVITE follows when the port is open.

        Args:
            to: The Request-URI, sent as it is given.
            now: The moment.
            headers: Header fields for the INVITE, in order. One that the phone would write itself, such
                as Max-Forwards, takes the place of the phone's own.
            user: A digest user name other than the phone's.
            password: A password other than the phone's.
            transport: A transport other than the phone's.
            late_offer: Send no session description, and answer the peer's offer in the ACK.

        Raises:
            LocalProtocolError: A bad URI, header field or transport, or too many calls.
        """
        leg = self._book.open("INVITE", to, headers, now, user=user, password=password, transport=transport)
        leg.late_offer = late_offer
        self._book.open_media(leg)
        return leg.call, self._line.drain()

    def request(
        self, method: str, to: str, *, now: float, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> tuple[PhoneCall, list[PhoneOutput]]:
        """Send one request outside a dialog, as it is given: OPTIONS, or something odd.

        A challenge is answered as for a call. An INVITE has no media here; its 2xx is acknowledged.

        Raises:
            LocalProtocolError: A bad method, URI or header field, or too many calls.
        """
        if not TOKEN.fullmatch(method):
            raise LocalProtocolError(f"not a method: {method!r}")
        leg = self._book.open(method, to, headers, now)
        leg.body = body
        if method == "ACK":
            # An ACK has no transaction and no answer.
            self._line.do(Send(leg.flow, bytes(self._line.opening(leg, body))))
            self._book.finish(leg, "ended", "", "an ACK has no answer", now)
        else:
            self._dialling.open(leg, now)
        return leg.call, self._line.drain()

    def register(
        self,
        now: float,
        *,
        expires: int | None = 3600,
        registrar: str | None = None,
        contact: str | None = None,
        headers: Iterable[tuple[str, str]] = (),
        user: str | None = None,
        password: str | None = None,
        transport: str | None = None,
    ) -> tuple[PhoneCall, list[PhoneOutput]]:
        """Register, and refresh the registration before it ends, until `unregister` or another `register`.

        Challenges are answered; after 423 the phone asks for Min-Expires, after 503 it waits for Retry-After.

        Args:
            now: The moment.
            expires: For how long, in seconds; 0 removes the binding; None leaves the choice to the registrar.
            registrar: The Request-URI; that of the phone's domain when None.
            contact: The Contact header field; the phone's own address when None, none at all when "".
            headers: Further header fields.
            user: A digest user name other than the phone's.
            password: A password other than the phone's.
            transport: A transport other than the phone's.

        Returns:
            The record of the registration; its refreshes add their responses to it.

        Raises:
            LocalProtocolError: A bad URI, header field or transport.
        """
        record = self._registering.register(
            registrar=registrar, expires=expires, contact=contact, headers=headers, user=user, password=password,
            transport=transport, now=now,
        )  # fmt: skip
        return record, self._line.drain()

    def unregister(self, now: float, *, everything: bool = False) -> tuple[PhoneCall, list[PhoneOutput]]:
        """Remove the phone's binding, or with `everything` all bindings of its address of record.

        Raises:
            LocalProtocolError: It was never told to register.
        """
        record = self._registering.unregister(everything=everything, now=now)
        return record, self._line.drain()

    @property
    def ringing(self) -> list[PhoneCall]:
        """The calls to the phone that wait for an answer, oldest first."""
        return [
            leg.call for leg in self._book.legs.values() if leg.invite is not None and leg.session is None
        ]

    def answer(self, call: PhoneCall, now: float) -> list[PhoneOutput]:
        """Answer a call to the phone: open media; the 200 follows when the port is open. Nothing when it is over.

        Raises:
            LocalProtocolError: It does not ring.
        """
        del now
        leg = self._book.leg_of(call)
        if leg is not None:
            self._incoming.called.answer(leg)
        return self._line.drain()

    def refuse(self, call: PhoneCall, status: int, now: float) -> list[PhoneOutput]:
        """Refuse a call to the phone with a status from 300 to 699; nothing when it is over.

        Raises:
            LocalProtocolError: It does not ring.
        """
        leg = self._book.leg_of(call)
        if leg is not None:
            self._incoming.called.refuse(leg, status, "refused here", now)
        return self._line.drain()

    def hang_up(self, call: PhoneCall, now: float) -> list[PhoneOutput]:
        """Send BYE; before the answer CANCEL, or 480 to who calls; nothing when the call is over already."""
        leg = self._book.leg_of(call)
        if leg is None:
            return []
        if leg.invite is not None:
            return self.refuse(call, 480, now)
        if leg.dialog is None:
            return self.cancel(call, now)
        self._line.bye(leg, leg.dialog, now)
        self._book.finish(leg, "ended", "us", "BYE sent", now)
        return self._line.drain()

    def cancel(self, call: PhoneCall, now: float) -> list[PhoneOutput]:
        """Give up a call that is not answered yet; nothing when it is over already.

        Raises:
            LocalProtocolError: It is answered, or is a single request that is no INVITE.
        """
        leg = self._book.leg_of(call)
        if leg is None:
            return []
        if leg.dialog is not None:
            raise LocalProtocolError("the call is answered: hang up instead")
        if call.method != "INVITE":
            raise LocalProtocolError(f"only an INVITE can be cancelled, not {call.method}")
        self._dialling.cancel(leg, now)
        return self._line.drain()

    def press(self, call: PhoneCall, keys: str, now: float) -> list[PhoneOutput]:
        """Send keys as RFC 4733 events; nothing when the call is over already.

        Raises:
            LocalProtocolError: A key that no phone has, a call that is not answered, or no telephone-event.
        """
        if not _KEYS.fullmatch(keys):
            raise LocalProtocolError(f"keys are 0-9, A-D, * and #, not {keys!r}")
        leg = self._book.leg_of(call)
        if leg is None:
            return []
        if leg.dialog is None or leg.session is None:
            raise LocalProtocolError("keys can be pressed once the call is answered")
        if not leg.session.has_dtmf:
            raise LocalProtocolError("the peer did not agree on telephone-event")
        self._line.do(SendDtmf(leg.session.name, keys))
        self._line.tell(call.call_id, "pressed", keys, now)
        return self._line.drain()

    def receive(self, message: Request | Response, flow: Flow, now: float) -> list[PhoneOutput]:
        """Take a parsed message from the wire; one that cannot be worked with is noted, a request refused."""
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
        """Take bytes from the wire that are no message: they are noted."""
        self._line.tell("", "message not understood", f"{error}: {len(data)} bytes from {flow.remote}", now)
        return self._line.drain()

    def media(self, event: MediaInput, now: float) -> list[PhoneOutput]:
        """Take what the media side tells; events of unknown sessions and of prompts are dropped."""
        match event:
            case RtpIgnored():
                calls = self._book.calls.values()
                call = next((each for each in calls if each.session == event.session), None)
                if call is not None:
                    detail = f"{event.packets} RTP packets from {event.source}, not {event.agreed}"
                    self._line.tell(call.call_id, "ignored", detail, now)
            case MediaOpened() | MediaFailed() | DtmfReceived():
                leg = self._book.sessions.get(event.session)
                if leg is not None and leg.session is not None:
                    self._media(leg, leg.session, event, now)
            case (
                PromptReady()
                | PromptFailed()
                | PlaybackDone()
                | RecordingDone()
                | MediaSilent()
                | MediaMeasured()
            ):
                # A phone plays no prompts, records nothing, and asks for no alarm of silence.
                pass
        return self._line.drain()

    def _media(
        self, leg: Leg, session: Session, event: MediaOpened | MediaFailed | DtmfReceived, now: float
    ) -> None:
        if isinstance(event, DtmfReceived):
            self._line.tell(leg.call.call_id, "heard", f"key {event.key}", now)
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
                    self._lost(transaction, f"no answer in {self._line.longest_wait:g} s", now)
                case TransportFailed(transaction):
                    self._lost(transaction, "the transport failed", now)

    def _response(self, transaction: Transaction, response: Response, now: float) -> None:
        errand = self._line.errand(transaction, response.status)
        if errand is None:
            return
        leg, request = errand.leg, errand.request
        if self._registering.owns(leg):
            self._registered(leg, request, response, now)
            return
        try:
            if request.method == leg.call.method:
                self._dialling.response(leg, request, response, now)
            elif response.status in AUTHORIZATION and not leg.credentials.accept(response):
                self._line.send_again(leg, request, now)
        except RemoteProtocolError as error:
            if response.status >= 200:
                self._book.finish(leg, "failed", "", f"cannot work with this {response.status}: {error}", now)
            else:
                self._line.tell(leg.call.call_id, "response not understood", str(error), now)

    def _registered(self, leg: Leg, request: Request, response: Response, now: float) -> None:
        try:
            self._registering.response(leg, request, response, now)
        except RemoteProtocolError as error:
            self._registering.lost(leg, f"cannot work with this {response.status}: {error}", now)

    def _lost(self, transaction: Transaction, reason: str, now: float) -> None:
        errand = self._line.errand(transaction, 408)
        if errand is not None and self._registering.owns(errand.leg):
            self._registering.lost(errand.leg, reason, now)
        elif errand is not None and errand.request.method == errand.leg.call.method:
            self._book.finish(errand.leg, "failed", "", reason, now)
