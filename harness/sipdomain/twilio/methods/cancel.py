"""CANCEL: the caller gives up before the answer (RFC 3261 section 9.2)."""

from __future__ import annotations

from sipdomain.sip.message import Request
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.engine.turn import Turn


def handle(service: Service, transaction: Transaction, request: Request, turn: Turn) -> None:
    """Answer 200 and end the INVITE with 487, unless it has its final response; 481 without an INVITE."""
    invite = service.agent.layer.find_invite(request)
    if invite is None:
        service.agent.reply(transaction, request, 481, turn)
        return
    call = service.calls.of_invite(invite.key)
    # Section 9.2: with the To tag of the INVITE's own response.
    tag = call.dialog.local.tag if call is not None else None
    service.agent.reply(transaction, request, 200, turn, tag=tag)
    if call is not None:
        call.cancelled(turn)
