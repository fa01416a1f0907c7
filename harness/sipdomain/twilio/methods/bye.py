"""BYE: the caller hangs up (RFC 3261 section 15.1.2)."""

from __future__ import annotations

from sipdomain.sip.message import Request
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.engine.turn import Turn


def handle(service: Service, transaction: Transaction, request: Request, turn: Turn) -> None:
    """Answer 200 and end the call, 481 without a call, 500 out of order. It may cross a BYE of ours."""
    siprec = service.calls.siprecs.of_request(request)
    if siprec is not None:
        siprec.asked(transaction, request, turn)
        return
    call = service.calls.of_request(request)
    if call is None:
        service.agent.reply(transaction, request, 481, turn)
    elif not call.dialog.in_order(request):
        service.agent.reply(transaction, request, 500, turn, "CSeq out of order")
    else:
        service.agent.reply(transaction, request, 200, turn)
        if not call.over:
            call.ended_by_peer(turn)
