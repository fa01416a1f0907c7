"""What calls and methods share: the engine, SIP transactions, and the live calls."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from sipdomain.media.outputs import (
    MediaFailed,
    MediaOpened,
    MediaSilent,
    RecordingDone,
)
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.outputs import Address, Flow, Send
from sipdomain.sip.sources import Shares
from sipdomain.sip.transactions import Indication, Transaction, TransactionLayer
from sipdomain.sip.transactions.transaction import Key
from sipdomain.sip.via import Via
from sipdomain.twilio.admission.admission import Refusal
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.signalling.edge_route import EdgeRoute, edge_route
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallStore

if TYPE_CHECKING:
    from sipdomain.twilio.calls.inbound import Call
    from sipdomain.twilio.calls.leg import Leg
    from sipdomain.twilio.calls.recorder import Recorder

EDGE: Final = ("Server", "Twilio Gateway")
"""What the edge calls itself in the responses that it makes (traces of the live service)."""
SERVER: Final = ("Server", "Twilio")
"""What the servers behind the edge call themselves."""
USER_AGENT: Final = ("User-Agent", "Twilio Gateway")
ALLOW: Final = ("Allow", "INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY")


class Census(NamedTuple):
    """How much an emulator keeps in mind at a moment.

    Attributes:
        calls: Calls that are not over.
        dialogs: Their dialogs, those whose BYE is not answered, and INVITEs of the cloud's own.
        transactions: SIP transactions that are not over.
        exchanges: URLs being asked.
        prompts: Prompts being rendered.
        alarms: Moments waited for, SIP's own timers excepted.
    """

    calls: int
    dialogs: int
    transactions: int
    exchanges: int
    prompts: int
    alarms: int


Route = Callable[[str, Address], Flow | None]
"""Returns the flow for a request of ours by a transport to an address, or None when nothing can send so."""


def _no_route(transport: str, remote: Address) -> Flow | None:
    """Have nothing to send by."""


class PendingInvite(Protocol):
    """An INVITE of ours: what is told of it, under the key of its transaction."""

    def responded(self, response: Response, turn: Turn) -> None:
        """Take a response, also a 2xx that comes again."""

    def unanswered(self, status: int, turn: Turn) -> None:
        """No answer came (408), or the way is broken (503)."""


class Cloud:
    """The shared state of one emulator."""

    def __init__(
        self, settings: Settings, store: Store, calls: CallStore, ids: Ids, rng: random.Random
    ) -> None:
        self.engine = Engine(settings, store, calls, ids, rng)
        self.layer = TransactionLayer(timers=settings.timers, capacity=settings.most_transactions)
        self.layer.is_vital = self._ends_a_call
        self.dialogs: dict[tuple[str, str, str], Leg] = {}
        self.invites: dict[Key, Call] = {}
        self.sessions: dict[str, Leg] = {}
        self.places = Shares(settings.most_calls * 4 // 3)
        self._byes: dict[Key, Leg] = {}
        self.branches: dict[Key, PendingInvite] = {}
        self.route: Route = _no_route
        self.recorders: dict[str, Recorder] = {}
        self.edges: dict[Address, str] = {}

    @property
    def census(self) -> Census:
        """How much is open or awaited."""
        return Census(
            calls=len(self.sessions),
            dialogs=len(self.dialogs) + len(self.branches),
            transactions=len(self.layer),
            exchanges=len(self.engine.exchanges),
            prompts=len(self.engine.prompts),
            alarms=len(self.engine.alarms),
        )

    def is_busy(self, call_id: str) -> bool:
        """Whether a call of this SIP Call-ID is not over, or one of its recordings or HTTP requests is not."""
        return (
            any(leg.identity.call_id == call_id for leg in self.sessions.values())
            or any(recorder.call_id == call_id for recorder in self.recorders.values())
            or self.engine.exchanges.concern(call_id)
        )

    def enter(self, leg: Leg) -> None:
        """Let a call take its place."""
        self.sessions[leg.session] = leg
        self.places.take(leg.source, leg.places)

    def leave(self, leg: Leg) -> None:
        """Free the place of a call, if it has one."""
        if self.sessions.pop(leg.session, None) is not None:
            self.places.give_back(leg.source, leg.places)

    # --- identifiers -------------------------------------------------------------------------------------

    def new_via(self, flow: Flow) -> Via:
        """Return a Via for a request of ours along a flow."""
        branch = self.engine.identifiers.new_branch()
        local = flow.local
        return Via(
            flow.transport.upper(), self.host_towards(flow, self.engine.settings.advertise), local.port,
            {"branch": branch, "rport": None},
        )  # fmt: skip

    @staticmethod
    def host_towards(flow: Flow, setting: str | None) -> str:
        """Return a host from the settings; the one that the flow reached when there is none of its address family."""
        local = flow.local.host
        return setting if setting and (":" in setting) == (":" in local) else local

    def _ends_a_call(self, request: Request) -> bool:
        """Whether a request is the BYE of a call in progress, which is taken however much there is to do."""
        return (
            request.method == "BYE" and request.to.tag is not None and Dialog.id_of(request) in self.dialogs
        )

    def media_flow(self, flow: Flow, remote: Address | None) -> Flow | None:
        """Return the flow whose local host is the audio's: the call's own, or one of the audio's address family.

        Args:
            flow: The call's.
            remote: Where the peer wants its audio, or None when it wants none.

        Returns:
            None when nothing of ours has an address of that family.
        """
        if remote is None or (":" in remote.host) == (":" in flow.local.host):
            return flow
        found = self.route("udp", remote)
        return found if found is not None and (":" in found.local.host) == (":" in remote.host) else None

    def contact(self, flow: Flow) -> tuple[str, str]:
        """Return the Contact of a response or request of ours along a flow."""
        host = self.host_towards(flow, self.engine.settings.advertise)
        host = f"[{host}]" if ":" in host else host
        transport = "" if flow.transport == "udp" else f";transport={flow.transport}"
        return ("Contact", f"<sip:{host}:{flow.local.port}{transport}>")

    def edge_route(self, flow: Flow) -> EdgeRoute | None:
        """Return the route set of a dialog along a flow; None where its Contact is reached straight (rule route-set)."""
        if not self.engine.profile.route_set:
            return None
        return edge_route(flow, self.host_towards(flow, self.engine.settings.advertise))

    def target_fields(self, flow: Flow) -> tuple[tuple[str, str], ...]:
        """Return what tells a peer where to send its requests within a dialog: Record-Route, if any, and Contact."""
        route = self.edge_route(flow)
        return (self.contact(flow),) if route is None else (*route.record_routes, route.contact)

    # --- SIP ---------------------------------------------------------------------------------------------

    def respond(self, transaction: Transaction, response: Response, turn: Turn) -> None:
        """Send a response in its transaction."""
        self.take(self.layer.respond(transaction, response, turn.now), turn)

    def reply(
        self, transaction: Transaction, request: Request, status: int, turn: Turn, reason: str | None = None,
        *, headers: Iterable[tuple[str, str]] = (), tag: str | None = None,
    ) -> None:  # fmt: skip
        """Build and send a final response of the inner server; without a `tag` it gets a new one."""
        response = respond(
            request, status, reason, tag=tag or self.engine.identifiers.new_tag(), headers=[SERVER, *headers]
        )
        self.respond(transaction, response, turn)

    def refuse(self, transaction: Transaction, request: Request, refusal: Refusal, turn: Turn) -> None:
        """Send a refusal, with its `X-Twilio-Error` where the provider has a code for it."""
        headers = [*refusal.headers]
        if refusal.code:
            headers.append(("X-Twilio-Error", f"{refusal.code} {refusal.text}"))
        self.reply(transaction, request, refusal.status, turn, refusal.reason, headers=headers)

    def send_bye(self, call: Leg, request: Request, flow: Flow, turn: Turn) -> None:
        """Send a call's BYE, and know its dialog until that is answered: a BYE may cross it (RFC 5407 section 3.2).

        Raises:
            LocalProtocolError: There are too many transactions.
        """
        transaction, step = self.layer.request(request, flow, turn.now)
        self.take(step, turn)
        self.dialogs[call.dialog.id] = self._byes[transaction.key] = call

    def bye_over(self, transaction: Transaction) -> Leg | None:
        """A BYE of ours was answered, or never will be; return the call that it ended, None for another request."""
        call = self._byes.pop(transaction.key, None)
        if call is not None:
            self.dialogs.pop(call.dialog.id, None)
        return call

    def take(self, step: Iterable[Send | Indication], turn: Turn) -> None:
        """Put what the transaction layer wants sent into the turn's outputs; indications are for `Emulator`."""
        turn.out.extend(item for item in step if isinstance(item, Send))

    # --- media -------------------------------------------------------------------------------------------

    def recorded(self, event: RecordingDone, turn: Turn) -> None:
        """Take a recording that is ready."""
        recorder = self.recorders.get(event.recording)
        if recorder is not None:
            recorder.done(event, turn)

    def media(self, event: MediaOpened | MediaFailed, turn: Turn) -> None:
        """Take the end of opening a session's port."""
        call = self.sessions.get(event.session)
        if call is not None:
            call.media_opened(event, turn)

    def silent(self, event: MediaSilent, turn: Turn) -> None:
        """End a call whose phone ought to send audio, and does not (rule no-audio)."""
        call = self.sessions.get(event.session)
        if call is not None:
            heard = f"no RTP came for {event.seconds:g} s, though the call was not on hold"
            call.cut_off(32014, f"Call is terminated because of no audio received: {heard}", turn)
