"""An INVITE of ours within a call that changes the audio: hold, resume, no offer, another address."""

from __future__ import annotations

from functools import partial
from typing import Final

from sipdomain.errors import LocalProtocolError, MediaError, RemoteProtocolError
from sipdomain.media.agreement import Agreement
from sipdomain.media.negotiation import description_of
from sipdomain.media.outputs import ConnectMedia
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address, Send
from sipdomain.sip.reinvite import Accepted, Postponed, Reinvite
from sipdomain.twilio.behaviours.reinvite import Reinvite as Asked
from sipdomain.twilio.calls.leg import SDP, Leg, Service
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.signalling.fields import ALLOW, USER_AGENT

_PATIENCE: Final = 128
"""How often T1 the final response may take: twice as long as an INVITE waits for its first one."""


class OwnReinvite:
    """One change of a session, from its INVITE to its ACK; after 491 it is sent anew."""

    __slots__ = ("_asked", "_call", "_reinvite", "_service")

    def __init__(self, service: Service, call: Leg, asked: Asked) -> None:
        """Wait for `send`.

        Args:
            service: Sends it.
            call: In whose dialog it goes out.
            asked: What it is to say.
        """
        self._service = service
        self._call = call
        self._asked = asked
        draw = partial(service.engine.rng.getrandbits, 31)
        self._reinvite = Reinvite(draw, is_owner=call.record.direction != "inbound")

    def send(self, turn: Turn) -> None:
        """Send the INVITE; nothing when the call is over, or another INVITE of ours is under way."""
        call, agent, asked = self._call, self._service.agent, self._asked
        if call.over or call.session_timer.pending or call.negotiation.address is None:
            return
        flow = call.next_flow()
        fields = [agent.target_fields(flow)[-1], ALLOW, USER_AGENT]
        body = b""
        call.negotiation.direction = asked.direction
        if asked.body:
            if asked.address:
                call.negotiation.address = Address(asked.address, call.negotiation.address.port)
            body = bytes(call.negotiation.offer())
            fields.append(SDP)
        try:
            request = call.dialog.request("INVITE", agent.new_via(flow), headers=fields, body=body)
            key = agent.request(request, flow, self, turn)
        except LocalProtocolError:
            call.negotiation.withdraw()
            return
        self._reinvite.sent(request)
        timers = self._service.engine.settings.timers
        self._service.engine.alarms.set(
            turn.now + _PATIENCE * timers.t1, lambda _: self._service.agent.abandon(key)
        )

    def responded(self, response: Response, turn: Turn) -> None:
        """Take a response."""
        call = self._call
        if response.status >= 200 and call.over:
            return
        answer: list[Agreement] = []
        try:
            if not self._asked.body and 200 <= response.status < 300 and response.body:
                answer.append(call.negotiation.answer(description_of(response)))
            outcome = self._reinvite.received(
                response, call.dialog, lambda invite: self._acknowledgement(invite, answer)
            )
        except (MediaError, RemoteProtocolError):
            call.hang_up(turn)
            return
        match outcome:
            case Accepted(ack, is_first):
                turn.out.append(ack)
                if is_first:
                    self._accepted(response, answer, turn)
            case Postponed(pause):
                call.negotiation.withdraw()
                self._service.engine.alarms.set(turn.now + pause, self.send)
            case None:
                pass
            case _:
                call.negotiation.withdraw()

    def _accepted(self, response: Response, answer: list[Agreement], turn: Turn) -> None:
        """Let the audio go as was agreed."""
        call = self._call
        try:
            agreement = answer[0] if answer else call.negotiation.accept(description_of(response))
        except MediaError:
            call.hang_up(turn)
            return
        turn.out.append(ConnectMedia(call.session, agreement, call.flow.remote.host))

    def _acknowledgement(self, invite: Request, answer: list[Agreement]) -> Send:
        call = self._call
        flow = call.next_flow()
        body = bytes(answer[0].description) if answer else b""
        ack = call.dialog.acknowledge(
            invite, self._service.agent.new_via(flow), headers=(USER_AGENT,), body=body
        )
        return Send(flow, bytes(ack))

    def unanswered(self, status: int, turn: Turn) -> None:
        """Take note that no answer came (408), or the way is broken (503): the session goes on as before."""
        del status, turn
        if self._reinvite.lost() and not self._call.over:
            self._call.negotiation.withdraw()
