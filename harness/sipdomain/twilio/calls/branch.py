"""One INVITE of ours to one place, on its way: what it says, and who carries out what its client's side wants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from sipdomain.errors import LocalProtocolError, RemoteProtocolError
from sipdomain.sip.address import NameAddress
from sipdomain.sip.credentials import CredentialsKeeper
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.headers import Headers
from sipdomain.sip.invite_client import InviteClient, Outputs
from sipdomain.sip.invite_outputs import (
    Answered,
    Challenged,
    Forked,
    GaveUp,
    Lost,
    Provisional,
    Refused,
    Report,
    Transact,
    Unusable,
    Wake,
)
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Send
from sipdomain.sip.transactions.transaction import Key
from sipdomain.sip.via import Via
from sipdomain.twilio.admission import broken_messages as broken
from sipdomain.twilio.calls.session_refresh import MIN_SE, SUPPORTED
from sipdomain.twilio.calls.targets import Target
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.signalling.fields import ALLOW, USER_AGENT
from sipdomain.twilio.signalling.user_agent import UserAgent

MAX_FORWARDS: Final = "68"
"""What a call of ours has left when it gets to the phone; traces have 60 to 68 (rule outbound-invite)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What the INVITEs of one fork have in common.

    Attributes:
        local: Their From, with our tag.
        remote: Their To.
        call_id: Their Call-ID.
        headers: Header fields of the call's own.
        body: Our offer.
        content_type: What the body is.
        contact: What stands behind our address in Contact, such as ";+sip.src".
        timer: Whether a session timer is taken.
        username: Answers a digest challenge; "" when a challenge is a refusal.
        password: With it.
    """

    local: NameAddress
    remote: NameAddress
    call_id: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    content_type: str = "application/sdp"
    contact: str = ""
    timer: bool = True
    username: str = ""
    password: str = ""


class Branches(Protocol):
    """Whose branch it is."""

    def rang(self, turn: Turn) -> None:
        """A phone rings; said for every provisional response but 100."""

    def early_audio(self, branch: Branch, response: Response, turn: Turn) -> None:
        """Take a provisional response that describes audio, after `rang`."""

    def answered(self, branch: Branch, response: Response, dialog: Dialog, turn: Turn) -> None:
        """Take the first 2xx of a branch, which is acknowledged; hang up on it if another one was faster."""

    def failed(self, branch: Branch, status: int, turn: Turn) -> None:
        """Take another end of a branch: its final response, 408 or 503 without one, 487 when CANCEL got none, 502."""

    def unsent(self, why: str, turn: Turn) -> None:
        """Note that an INVITE cannot be sent; `failed` follows."""


class _Author:
    """Writes the requests of one branch."""

    __slots__ = ("_agent", "_credentials", "_invitation", "_target")

    def __init__(
        self, agent: UserAgent, target: Target, invitation: Invitation, credentials: CredentialsKeeper
    ) -> None:
        self._agent = agent
        self._target = target
        self._invitation = invitation
        self._credentials = credentials

    def invite(self, number: int, challenged: Request | None) -> Request:
        del challenged  # All of it is written anew.
        agent, flow, invitation, target = (
            self._agent,
            self._target.flow,
            self._invitation,
            str(self._target.uri),
        )
        items = [
            ("Via", str(agent.new_via(flow))),
            ("Max-Forwards", MAX_FORWARDS),
            ("From", str(invitation.local)),
            ("To", str(invitation.remote)),
            ("Call-ID", invitation.call_id),
            ("CSeq", f"{number} INVITE"),
            *(
                (name, value + invitation.contact if name == "Contact" else value)
                for name, value in agent.target_fields(flow)
            ),
            ALLOW,
            *((SUPPORTED, MIN_SE) if invitation.timer else ()),
            USER_AGENT,
            *invitation.headers,
            *self._credentials.headers("INVITE", target),
            ("Content-Type", invitation.content_type),
        ]
        return Request("INVITE", target, Headers(items), invitation.body)

    def via(self) -> Via:
        return self._agent.new_via(self._target.flow)

    def about(self) -> tuple[tuple[str, str], ...]:
        return (USER_AGENT,)

    def own_routes(self) -> tuple[str, ...]:
        # The edge's part of a route set: a request of ours has it behind it when it sets out.
        edge = self._agent.edge_route(self._target.flow)
        return () if edge is None else tuple(value for _, value in edge.record_routes)


class Branch:
    """An INVITE to one place, from its first request to its outcome, and for a while past it.

    Attributes:
        target: Where it goes.
        refusal: The final response that refused it, if one did.
    """

    __slots__ = ("_agent", "_client", "_engine", "_key", "_owner", "refusal", "target")

    def __init__(
        self, engine: Engine, agent: UserAgent, owner: Branches, target: Target, invitation: Invitation
    ) -> None:
        self.target = target
        self.refusal: Response | None = None
        self._engine = engine
        self._agent = agent
        self._owner = owner
        self._key: Key | None = None
        credentials = CredentialsKeeper(
            invitation.username, invitation.password, engine.identifiers.new_cnonce
        )
        self._client = InviteClient(
            _Author(agent, target, invitation, credentials), target.flow, timers=engine.settings.timers,
            credentials=credentials if invitation.username else None,
        )  # fmt: skip

    def start(self, turn: Turn) -> None:
        """Send the INVITE; one that cannot be sent fails with 503."""
        self._carry(self._client.start(), turn)

    def cancel(self, turn: Turn) -> None:
        """Give up, if there is no outcome yet."""
        self._carry(self._client.cancel(turn.now), turn)

    def hang_up(self, dialog: Dialog, turn: Turn) -> None:
        """Send BYE to one that answered."""
        self._carry(self._client.hang_up(dialog), turn)

    def responded(self, response: Response, turn: Turn) -> None:
        """Take a response to the INVITE."""
        self._carry(self._client.received(response, turn.now), turn)

    def unanswered(self, status: int, turn: Turn) -> None:
        """No answer came (408), or the way is broken (503)."""
        self._carry(self._client.lost(status), turn)

    def found_nobody(self, status: int) -> bool:
        """Whether the next server is to be tried: 503, no way there, no answer (RFC 3263 section 4.3)."""
        return status == 503 or (status == 408 and self.refusal is None)

    def _due(self, turn: Turn) -> None:
        self._carry(self._client.due(turn.now), turn)

    # --- what comes of it --------------------------------------------------------------------------------

    def _carry(self, outputs: Outputs, turn: Turn) -> None:
        for each in outputs:
            match each:
                case Send():
                    turn.out.append(each)
                case Transact(request):
                    self._transact(request, turn)
                case Wake(at):
                    self._engine.alarms.set(at, self._due)
                case _:
                    self._report(each, turn)

    def _transact(self, request: Request, turn: Turn) -> None:
        is_invite = request.method == "INVITE"
        try:
            key = self._agent.request(request, self.target.flow, self if is_invite else None, turn)
        except LocalProtocolError as error:
            if is_invite:
                self._owner.unsent(str(error), turn)
                self._carry(self._client.lost(503), turn)
        else:
            self._key = key if is_invite else self._key

    def _report(self, report: Report, turn: Turn) -> None:
        match report:
            case Provisional(response):
                if response.status > 100:
                    self._owner.rang(turn)
                    if response.body:
                        self._owner.early_audio(self, response, turn)
            case Answered(response, dialog):
                self._owner.answered(self, response, dialog, turn)
            case Refused(response):
                self.refusal = response
                self._owner.failed(self, response.status, turn)
            case Unusable(response, error):
                self._unusable(response, error, turn)
            case Lost(status):
                self._owner.failed(self, status, turn)
            case GaveUp():
                if self._key is not None:
                    self._agent.abandon(self._key)
                self._owner.failed(self, 487, turn)
            case Challenged() | Forked():
                pass

    def _unusable(self, response: Response, error: RemoteProtocolError, turn: Turn) -> None:
        """End a branch whose 2xx cannot even be acknowledged; its phone gives up by itself."""
        if response.status >= 200:
            source = str(self.target.flow.remote)
            turn.out.append(
                broken.decision(response.call_id, "INVITE", error, source, turn.now, answered=False)
            )
            self._owner.failed(self, 502, turn)
