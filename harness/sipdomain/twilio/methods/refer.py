"""REFER: a phone asks that its call be moved (RFC 3515); only a <Dial> with a referUrl may allow it."""

from __future__ import annotations

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.address import NameAddress
from sipdomain.sip.message import Request
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.admission import broken_messages as broken
from sipdomain.twilio.admission.admission import Trail
from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.engine.turn import Turn


def handle(service: Service, transaction: Transaction, request: Request, turn: Turn) -> None:
    """Refuse: 481 without a call, 500 out of order, 400 without one good Refer-To, else 403; the call goes on."""
    call = service.calls.of_request(request)
    if request.to.tag is not None and (call is None or call.over):
        service.agent.reply(transaction, request, 481, turn)
        return
    if call is not None and not call.dialog.in_order(request):
        service.agent.reply(transaction, request, 500, turn, "CSeq out of order")
        return
    targets = request.headers.all("refer-to")
    try:
        (target,) = (str(NameAddress.parse(text).uri) for text in targets)
    except (RemoteProtocolError, ValueError):
        error = RemoteProtocolError("one Refer-To with a URI is needed")
        turn.out.append(broken.of_request(request, error, transaction.flow, turn.now))
        service.agent.reply(transaction, request, 400, turn, f"Bad Request - {error}")
        return
    trail = Trail(request, turn.now)
    refused = trail.refuse(
        "transfer", "transfer-not-offered", got=f"Refer-To: {target}", wanted="a <Dial> with a referUrl",
        mend="give <Dial> a referUrl, or transfer in the PBX",
    )  # fmt: skip
    turn.out.extend(trail.decisions)
    if call is not None:
        call.transfer_refused(turn)
    service.agent.refuse(transaction, request, refused.refusal, turn)
