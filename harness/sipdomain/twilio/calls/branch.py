"""One INVITE of ours to one place: challenges, answers of forks, CANCEL, and what is left of it afterwards."""

from __future__ import annotations

from typing import Final, Protocol
from urllib.parse import unquote

from sipdomain.errors import LocalProtocolError, RemoteProtocolError
from sipdomain.sip.credentials import AUTHORIZATION, CredentialsKeeper, credentials_of
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.headers import Headers
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow, Send
from sipdomain.sip.transactions.transaction import Key
from sipdomain.twilio.admission import broken_messages as broken
from sipdomain.twilio.calls.orders import CallOrder
from sipdomain.twilio.calls.session_refresh import MIN_SE, SUPPORTED
from sipdomain.twilio.calls.targets import Target
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.signalling.fields import ALLOW, USER_AGENT
from sipdomain.twilio.signalling.user_agent import UserAgent
from sipdomain.twilio.store.call_records import CallRecord

MAX_FORWARDS: Final = "68"
"""What a call of ours has left when it gets to the phone; traces have 60 to 68 (rule outbound-invite)."""
MAX_FORKS: Final = 16
"""How many 2xx of different phones behind one place are acknowledged."""


class Inviting(Protocol):
    """The call that an INVITE is for."""

    @property
    def record(self) -> CallRecord:
        """What the REST API shows of it."""

    @property
    def dialog(self) -> Dialog:
        """A mere beginning until it is answered."""

    def rang(self, turn: Turn) -> None:
        """Note that a phone rings."""

    def accepted(self, branch: Branch, dialog: Dialog, response: Response, turn: Turn) -> bool:
        """Take an answer; False when another phone was faster, or nobody waits any more: then it is hung up on."""

    def failed(self, branch: Branch, status: int, turn: Turn) -> None:
        """Note that a phone refused, or cannot be reached (408, 503)."""


class Branch:
    """An INVITE on its way to its final response, and for a while past it.

    Attributes:
        target: Where it goes.
        flow: The way that it takes.
    """

    __slots__ = (
        "_acks", "_agent", "_body", "_call", "_cancelled", "_cancelling", "_credentials", "_engine", "_key", "_order",
        "_provisional", "_request", "_sequence", "flow", "target",
    )  # fmt: skip

    def __init__(
        self,
        engine: Engine,
        agent: UserAgent,
        call: Inviting,
        target: Target,
        order: CallOrder,
        body: bytes,
    ) -> None:
        self._engine = engine
        self._agent = agent
        self._call = call
        self._order = order
        self._body = body
        self.target = target
        self.flow: Flow = target.flow
        self._credentials = CredentialsKeeper(order.username, order.password, engine.identifiers.new_cnonce)
        self._sequence = 0
        self._request: Request | None = None
        self._key: Key | None = None
        self._provisional = False
        self._cancelling = False
        self._cancelled = False
        self._acks: dict[str, Send] = {}

    def invite(self, turn: Turn) -> None:
        """Send the INVITE, after a challenge with credentials.

        Raises:
            LocalProtocolError: There are too many transactions, or a header field cannot be sent.
        """
        agent, call = self._agent, self._call
        self._sequence += 1
        target = str(self.target.uri)
        items = [
            ("Via", str(agent.new_via(self.flow))),
            ("Max-Forwards", MAX_FORWARDS),
            ("From", str(call.dialog.local)),
            ("To", str(call.dialog.remote)),
            ("Call-ID", call.dialog.call_id),
            ("CSeq", f"{self._sequence} INVITE"),
            *agent.target_fields(self.flow),
            ALLOW,
            SUPPORTED,
            MIN_SE,
            USER_AGENT,
            ("X-Twilio-AccountSid", call.record.account_sid),
            ("X-Twilio-CallSid", call.record.sid),
            *_header_fields(self._order),
            *self._credentials.headers("INVITE", target),
            ("Content-Type", "application/sdp"),
        ]
        request = Request("INVITE", target, Headers(items), self._body)
        self._key = agent.request(request, self.flow, self, turn)
        self._request = request
        self._provisional = False

    # --- what comes of it --------------------------------------------------------------------------------

    def responded(self, response: Response, turn: Turn) -> None:
        """Take a response to the INVITE."""
        if response.status < 200:
            self._rings(response, turn)
        elif response.status < 300:
            self._answered(response, turn)
        elif response.status in AUTHORIZATION and self._order.username and not self._cancelling:
            self._let_go()
            reason = self._credentials.accept(response)
            if reason:
                self._call.failed(self, response.status, turn)
                return
            try:
                self.invite(turn)
            except LocalProtocolError:
                self._call.failed(self, 503, turn)
        else:
            self._let_go()
            self._call.failed(self, response.status, turn)

    def unanswered(self, status: int, turn: Turn) -> None:
        """No answer came (408), or the way is broken (503)."""
        self._let_go()
        self._call.failed(self, status, turn)

    def _rings(self, response: Response, turn: Turn) -> None:
        first, self._provisional = not self._provisional, True
        if first and self._cancelling:
            self._send_cancel(turn)
        elif response.status > 100:
            self._call.rang(turn)

    def _answered(self, response: Response, turn: Turn) -> None:
        tag = response.to.tag or ""
        known = self._acks.get(tag)
        if known is not None:
            turn.out.append(known)
            return
        if len(self._acks) >= MAX_FORKS or self._request is None:
            return
        try:
            dialog = Dialog.for_client(self._request, response)
            edge = self._agent.edge_route(self.flow)
            if edge is not None:
                dialog.route_set = edge.without(dialog.route_set)
            _ = dialog.next_hop
        except RemoteProtocolError as error:
            # Nothing can be sent to who cannot be addressed; its own timers end it.
            call_id, source = response.call_id, str(self.flow.remote)
            turn.out.append(broken.decision(call_id, "INVITE", error, source, turn.now, answered=False))
            self._let_go()
            self._call.failed(self, 502, turn)
            return
        fields = [*credentials_of(self._request.headers), USER_AGENT]
        ack = dialog.request(
            "ACK", self._agent.new_via(self.flow), sequence=self._request.cseq.number, headers=fields
        )
        self._acks[tag] = Send(self.flow, bytes(ack))
        turn.out.append(self._acks[tag])
        if not self._call.accepted(self, dialog, response, turn):
            bye = dialog.request("BYE", self._agent.new_via(self.flow), headers=[USER_AGENT])
            try:
                self._agent.request(bye, self.flow, None, turn)
            except LocalProtocolError:
                return

    # --- giving up ---------------------------------------------------------------------------------------

    def cancel(self, turn: Turn) -> None:
        """Give up; CANCEL waits for a provisional response (RFC 3261 section 9.1)."""
        if self._cancelling or self._acks or self._key is None:
            return
        self._cancelling = True
        if self._provisional:
            self._send_cancel(turn)

    def _send_cancel(self, turn: Turn) -> None:
        invite = self._request
        if self._cancelled or invite is None:
            return
        self._cancelled = True
        items = [("Via", str(invite.via)), ("Max-Forwards", "70")]
        items += [(name, invite.require(name.lower())) for name in ("From", "To", "Call-ID")]
        items += [("CSeq", f"{invite.cseq.number} CANCEL"), USER_AGENT]
        try:
            request = Request("CANCEL", invite.target, Headers(items))
            self._agent.request(request, self.flow, None, turn)
        except LocalProtocolError:
            return
        # RFC 3261 section 9.1: without a final response it counts as cancelled after 64 * T1.
        self._engine.alarms.set(turn.now + 64 * self._engine.settings.timers.t1, self._forget)

    def _forget(self, turn: Turn) -> None:
        del turn
        self._let_go()

    def _let_go(self) -> None:
        if self._key is not None:
            self._agent.abandon(self._key)
            self._key = None


def _header_fields(order: CallOrder) -> list[tuple[str, str]]:
    """Return the header fields that the URI asks for: X- and User-to-User, as `<Sip>` takes them."""
    fields = []
    for part in (order.to.headers or "").split("&"):
        name, _, value = part.partition("=")
        if name.lower().startswith("x-") or name.lower() == "user-to-user":
            fields.append((unquote(name), unquote(value)))
    return fields
