"""What the cloud does in a call of its own accord, because it was asked to: BYE, INVITE, REFER."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sipdomain.errors import LocalProtocolError
from sipdomain.sip.message import Request
from sipdomain.sip.session_timer import TIMER, SessionExpires as Granted
from sipdomain.twilio.behaviours.behaviour import Behaviour
from sipdomain.twilio.behaviours.far_calls import applied
from sipdomain.twilio.behaviours.hang_up import HangUp
from sipdomain.twilio.behaviours.on_call import Acting
from sipdomain.twilio.behaviours.refer import Refer
from sipdomain.twilio.behaviours.reinvite import Reinvite
from sipdomain.twilio.behaviours.session_expires import SessionExpires
from sipdomain.twilio.behaviours.strange_messages import StrangeMessages
from sipdomain.twilio.behaviours.stray import Stray
from sipdomain.twilio.calls.leg import Leg, Service
from sipdomain.twilio.calls.own_reinvite import OwnReinvite
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.signalling.fields import USER_AGENT
from sipdomain.twiml.transferring import Transferred


class _Nobody:
    """Takes the end of a transfer that no verb waits for."""

    def transferred(self, end: Transferred, turn: Turn) -> None:
        """Do nothing: what came of it is in the journal."""


def act_on_purpose(service: Service, call: Leg, turn: Turn) -> None:
    """Set what is to be done in a call that was just acknowledged."""
    far_end = service.engine.far_end
    if far_end.is_idle:
        return
    for taken in far_end.calls.acts(call.identity.call_id):
        if isinstance(taken.behaviour, Acting):
            at = turn.now + taken.behaviour.after
            service.engine.alarms.set(at, partial(_act, service, call, taken.behaviour))


def _act(service: Service, call: Leg, behaviour: Behaviour, turn: Turn) -> None:
    if call.over or service.engine.far_end.is_idle:
        return
    call_id = call.identity.call_id
    match behaviour:
        case HangUp():
            turn.out.append(applied(behaviour, call_id, turn.now, "BYE of the cloud"))
            call.hang_up(turn)
        case Reinvite():
            turn.out.append(applied(behaviour, call_id, turn.now, "INVITE of the cloud"))
            OwnReinvite(service, call, behaviour).send(turn)
        case Refer():
            turn.out.append(applied(behaviour, call_id, turn.now, "REFER of the cloud"))
            if call.referrals is not None:
                call.referrals.transfer(behaviour.to, _Nobody(), turn)
        case Stray(method=method):
            turn.out.append(applied(behaviour, call_id, turn.now, f"{method} of the cloud"))
            _stray(service, call, method, turn)
        case _:
            pass


def tag_on_purpose(service: Service, request: Request, usual: str) -> str:
    """Return the tag of a call's dialog, in place of one that is as usual."""
    far_end = service.engine.far_end
    found = None if far_end.is_idle else far_end.calls.find(request.call_id, StrangeMessages)
    return usual if found is None else found.tag(usual)


def _stray(service: Service, call: Leg, method: str, turn: Turn) -> None:
    """Send a request along the way of a call that belongs to no dialog."""
    agent, flow = service.agent, call.next_flow()
    local = call.dialog.local.with_tag(service.engine.identifiers.new_tag())
    other = replace(
        call.dialog, call_id=service.engine.identifiers.new_call_id(), local=local, local_sequence=0
    )
    if method == "OPTIONS":
        other = replace(other, remote=replace(other.remote, parameters={}))
    try:
        request = other.request(
            method, agent.new_via(flow), headers=[agent.target_fields(flow)[-1], USER_AGENT]
        )
        agent.request(request, flow, None, turn)
    except LocalProtocolError:
        pass  # Too much is under way; nothing waits for it.


def granted_on_purpose(
    service: Service, request: Request, timer: Granted | None, turn: Turn
) -> Granted | None:
    """Return the session timer that a call is granted, in place of one by which it would last as usual."""
    far_end = service.engine.far_end
    found = None if far_end.is_idle else far_end.calls.find(request.call_id, SessionExpires)
    if found is None or TIMER not in (request.headers.get("supported") or ""):
        return timer
    turn.out.append(applied(found, request.call_id, turn.now, f"granted {found.seconds} s"))
    return Granted(found.seconds, found.refresher)
