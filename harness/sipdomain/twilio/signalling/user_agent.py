"""The SIP user agent of the service: its transactions, its responses, its requests, and the fields that lead back to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.outputs import Address, Flow
from sipdomain.sip.transactions import Transaction, TransactionLayer
from sipdomain.sip.transactions.transaction import Key
from sipdomain.sip.via import Via
from sipdomain.twilio.admission.admission import Refusal
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.signalling.edge_route import EdgeRoute, edge_route
from sipdomain.twilio.signalling.fields import SERVER
from sipdomain.twilio.signalling.pending import PendingRequest, PendingRequests

Route = Callable[[str, Address], Flow | None]
"""Returns the flow for a request of ours by a transport to an address, or None when nothing can send so."""


def _no_route(transport: str, remote: Address) -> Flow | None:
    """Have nothing to send by."""


class UserAgent:
    """One SIP user agent, of all calls.

    Attributes:
        layer: Its transactions.
        pending: Its requests that wait for their answers.
        route: By which flow a request leaves that is not part of a call to us.
    """

    __slots__ = ("_advertise", "_has_route_set", "_identifiers", "layer", "pending", "route")

    def __init__(self, engine: Engine) -> None:
        settings = engine.settings
        self._identifiers = engine.identifiers
        self._advertise = settings.advertise
        self._has_route_set = settings.profile.route_set
        self.layer = TransactionLayer(timers=settings.timers, capacity=settings.most_transactions)
        self.pending = PendingRequests(self.layer, engine.alarms)
        self.route: Route = _no_route

    # --- responses ---------------------------------------------------------------------------------------

    def respond(self, transaction: Transaction, response: Response, turn: Turn) -> None:
        """Send a response in its transaction."""
        turn.out.extend(self.layer.respond(transaction, response, turn.now))

    def reply(
        self, transaction: Transaction, request: Request, status: int, turn: Turn, reason: str | None = None,
        *, headers: Iterable[tuple[str, str]] = (), tag: str | None = None,
    ) -> None:  # fmt: skip
        """Build and send a final response of the inner server; without a `tag` it gets a new one."""
        tag = tag or self._identifiers.new_tag()
        response = respond(request, status, reason, tag=tag, headers=[SERVER, *headers])
        self.respond(transaction, response, turn)

    def refuse(self, transaction: Transaction, request: Request, refusal: Refusal, turn: Turn) -> None:
        """Send a refusal, with its `X-Twilio-Error` where the provider has a code for it."""
        headers = [*refusal.headers]
        if refusal.code:
            headers.append(("X-Twilio-Error", f"{refusal.code} {refusal.text}"))
        self.reply(transaction, request, refusal.status, turn, refusal.reason, headers=headers)

    # --- requests ----------------------------------------------------------------------------------------

    def request(self, request: Request, flow: Flow, then: PendingRequest | None, turn: Turn) -> Key:
        """Send a request; `then` takes what comes of it (see `PendingRequests.send`).

        Raises:
            LocalProtocolError: There are too many transactions, or a header field cannot be sent.
        """
        return self.pending.send(request, flow, then, turn)

    def abandon(self, key: Key) -> None:
        """Wait no more for the final response to an INVITE of ours; harmless when it has come."""
        self.pending.abandon(key)

    def new_via(self, flow: Flow) -> Via:
        """Return a Via for a request of ours along a flow."""
        return Via(
            flow.transport.upper(), self.host_towards(flow, self._advertise), flow.local.port,
            {"branch": self._identifiers.new_branch(), "rport": None},
        )  # fmt: skip

    # --- how it is reached -------------------------------------------------------------------------------

    @staticmethod
    def host_towards(flow: Flow, setting: str | None) -> str:
        """Return a host from the settings; the one that the flow reached when there is none of its address family."""
        local = flow.local.host
        return setting if setting and (":" in setting) == (":" in local) else local

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
        host = self.host_towards(flow, self._advertise)
        host = f"[{host}]" if ":" in host else host
        transport = "" if flow.transport == "udp" else f";transport={flow.transport}"
        return ("Contact", f"<sip:{host}:{flow.local.port}{transport}>")

    def edge_route(self, flow: Flow) -> EdgeRoute | None:
        """Return the route set of a dialog along a flow; None where its Contact is reached straight (rule route-set)."""
        if not self._has_route_set:
            return None
        return edge_route(flow, self.host_towards(flow, self._advertise))

    def target_fields(self, flow: Flow) -> tuple[tuple[str, str], ...]:
        """Return where a peer sends its requests within a dialog: Record-Route, if any, and Contact."""
        route = self.edge_route(flow)
        return (self.contact(flow),) if route is None else (*route.record_routes, route.contact)
