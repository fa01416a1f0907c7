"""NOTIFY: news of a subscription, of which the emulated cloud has none (RFC 6665 section 4.1.3)."""

from __future__ import annotations

from sipdomain.sip.message import Request
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.engine.turn import Turn


def handle(service: Service, transaction: Transaction, request: Request, turn: Turn) -> None:
    """Answer 481, within a call too, which goes on; 500 out of order."""
    call = service.calls.of_request(request)
    if call is not None and not call.dialog.in_order(request):
        service.agent.reply(transaction, request, 500, turn, "CSeq out of order")
    else:
        service.agent.reply(transaction, request, 481, turn, "Subscription does not exist")
