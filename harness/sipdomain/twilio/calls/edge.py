"""What the edge does with a message before any method sees it: drops it, refuses it as broken, notes where it arrived."""

from __future__ import annotations

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.codec import call_id_of
from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.outputs import Flow
from sipdomain.sip.status import reason_phrase
from sipdomain.sip.transactions import Transaction, refuse
from sipdomain.twilio.admission import broken_messages as broken
from sipdomain.twilio.admission.admission import Trail
from sipdomain.twilio.admission.repeats import Repeats
from sipdomain.twilio.behaviours.behaviour import Arrival
from sipdomain.twilio.behaviours.reinvite import Reinvite
from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.calls.own_reinvite import OwnReinvite
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.signalling.fields import ALLOW, EDGE, TRYING


class Edge:
    """The edge of one emulator. Of a message that comes again it writes nothing down."""

    __slots__ = ("_repeats", "_service")

    def __init__(self, service: Service) -> None:
        self._service = service
        self._repeats = Repeats()

    def note(self, request: Request, flow: Flow, turn: Turn) -> None:
        """Note by which edge a request came, where its address stands for one."""
        name = self._service.engine.doors.names.get(flow.local)
        if name is not None:
            trail = Trail(request, turn.now)
            trail.note("edge", "noted", "any-edge", got=f"{name} ({flow.transport} {flow.local})")
            turn.out.extend(trail.decisions)

    def drops(self, request: Request, flow: Flow, turn: Turn) -> bool:
        """Return whether a request gets no answer, whatever its method: its address is not listed (rule acl-drop).

        Raises:
            RemoteProtocolError: It was not checked, and is broken.
        """
        if not self._service.engine.profile.drops_unlisted:
            return False
        admission = self._service.engine.admission
        call = self._service.calls.of_request(request) if request.to.tag else None
        domain = call.domain if call is not None else admission.locate(request)
        if domain is None:
            return False
        decisions = admission.drops(request, flow, domain, turn.now)
        if decisions is None:
            return False
        if self._repeats.is_first(request.raw, flow.remote, turn.now):
            self.note(request, flow, turn)
            turn.out.extend(decisions)
        return True

    def is_deaf_to(self, request: Request, flow: Flow, turn: Turn) -> bool:
        """Return whether a request is not heard, because that was asked for."""
        far_end = self._service.engine.far_end
        return not far_end.is_idle and far_end.is_deaf_to(self._arrival(request, flow), turn.now, turn.out)

    def answers(self, transaction: Transaction, request: Request, turn: Turn) -> bool:
        """Return whether a request has been answered here in place of its method, because that was asked for."""
        far_end = self._service.engine.far_end
        if far_end.is_idle:
            return False
        arrival = self._arrival(request, transaction.flow)
        answer = far_end.answer_to(arrival, turn.now, turn.out)
        if answer is None:
            return False
        agent = self._service.agent
        if request.method == "INVITE" and not arrival.in_call:
            agent.respond(transaction, respond(request, 100, TRYING, headers=[EDGE]), turn)
        if answer.invites and (call := self._service.calls.of_request(request)) is not None:
            OwnReinvite(self._service, call, Reinvite(direction="sendrecv")).send(turn)
        agent.reply(transaction, request, answer.status, turn, answer.reason, headers=answer.headers)
        return True

    def _arrival(self, request: Request, flow: Flow) -> Arrival:
        return self._service.engine.doors.arrival(request, flow)

    def refuse_broken(
        self, message: Request | Response, flow: Flow, error: RemoteProtocolError, turn: Turn
    ) -> None:
        """Answer a request that cannot be worked with, without a transaction (RFC 3261 section 8.2)."""
        source, call_id = str(flow.remote), message.headers.get("call-id") or ""
        if isinstance(message, Response):
            if self._repeats.is_first(message.raw, flow.remote, turn.now):
                turn.out.append(broken.decision(call_id, "", error, source, turn.now, answered=False))
            return
        if self._drops_though_broken(message, flow, turn):
            return
        reason = f"{reason_phrase(error.status_hint)} - {error}"
        headers = [EDGE, ALLOW] if error.status_hint == 501 else [EDGE]
        answer = refuse(message, flow, error.status_hint, reason[:200], headers=headers)
        if self._repeats.is_first(message.raw, flow.remote, turn.now):
            turn.out.append(
                broken.decision(call_id, message.method, error, source, turn.now, answered=bool(answer))
            )
        turn.out.extend(answer)

    def _drops_though_broken(self, request: Request, flow: Flow, turn: Turn) -> bool:
        try:
            return self.drops(request, flow, turn)
        except RemoteProtocolError:
            return False

    def drop_unreadable(self, data: bytes, flow: Flow, error: RemoteProtocolError, turn: Turn) -> None:
        """Drop bytes that are not a message."""
        if self._repeats.is_first(data, flow.remote, turn.now):
            turn.out.append(
                broken.decision(call_id_of(data), "", error, str(flow.remote), turn.now, answered=False)
            )
