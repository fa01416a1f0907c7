"""BYE: the caller hangs up (RFC 3261 section 15.1.2)."""

from __future__ import annotations

from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Request
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.engine.cloud import Cloud
from sipdomain.twilio.engine.turn import Turn


def handle(cloud: Cloud, transaction: Transaction, request: Request, turn: Turn) -> None:
    """Answer 200 and end the call, 481 without a call, 500 out of order. It may cross a BYE of ours."""
    call = cloud.dialogs.get(Dialog.id_of(request))
    if call is None:
        cloud.reply(transaction, request, 481, turn)
    elif not call.dialog.in_order(request):
        cloud.reply(transaction, request, 500, turn, "CSeq out of order")
    else:
        cloud.reply(transaction, request, 200, turn)
        if not call.over:
            call.ended_by_peer(turn)
