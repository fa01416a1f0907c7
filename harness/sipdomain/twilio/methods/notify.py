"""NOTIFY: how a transfer goes that the cloud asked for; there is no other subscription (RFC 6665 section 4.1.3)."""

from __future__ import annotations

from sipdomain.sip.message import Request
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.engine.turn import Turn


def handle(service: Service, transaction: Transaction, request: Request, turn: Turn) -> None:
    """Answer 200 to news of a transfer that the cloud asked for, else 481, and the call goes on; 500 out of order."""
    call = service.calls.of_request(request)
    if call is not None and not call.dialog.in_order(request):
        service.agent.reply(transaction, request, 500, turn, "CSeq out of order")
        return
    referrals = call.referrals if call is not None and not call.over else None
    referral = referrals.of(request) if referrals is not None else None
    if referral is not None:
        service.agent.reply(transaction, request, 200, turn)
        referral.notified(request, turn)
    else:
        service.agent.reply(transaction, request, 481, turn, "Subscription does not exist")
