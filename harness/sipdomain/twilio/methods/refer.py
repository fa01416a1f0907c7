"""REFER: a phone asks that its call be moved (RFC 3515); only a <Dial> with a referUrl allows it.

Source: https://www.twilio.com/docs/voice/api/refer-to-twilio
"""

from __future__ import annotations

from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.address import NameAddress
from sipdomain.sip.message import Request
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.admission import broken_messages as broken
from sipdomain.twilio.admission.admission import Trail
from sipdomain.twilio.calls.leg import Leg, Service
from sipdomain.twilio.engine.evidence import alert
from sipdomain.twilio.engine.turn import Then, Turn

LONGEST: Final = 256
"""How many characters Refer-To has at most."""


def handle(service: Service, transaction: Transaction, request: Request, turn: Turn) -> None:
    """Move a call that a <Dial> with a referUrl allows to move: 202, NOTIFY, BYE.

    Else refuse, and the call goes on: 481 without a call, 500 out of order, 400 without one good Refer-To, else 403.
    """
    call = service.calls.of_request(request)
    if request.to.tag is not None and (call is None or call.over):
        service.agent.reply(transaction, request, 481, turn)
        return
    if call is not None and not call.dialog.in_order(request):
        service.agent.reply(transaction, request, 500, turn, "CSeq out of order")
        return
    try:
        target = _target(request)
    except RemoteProtocolError as error:
        turn.out.append(broken.of_request(request, error, transaction.flow, turn.now))
        service.agent.reply(transaction, request, 400, turn, f"Bad Request - {error}")
        return
    go_on = call.transfer(target) if call is not None else None
    if call is None or go_on is None:
        _refuse(service, transaction, request, target, call, turn)
    else:
        _move(service, transaction, request, call, go_on, turn)


def _target(request: Request) -> str:
    """Return what stands in Refer-To.

    Raises:
        RemoteProtocolError: It is not one URI, or too long.
    """
    targets = [text.strip() for text in request.headers.all("refer-to")]
    try:
        (target,) = targets
        NameAddress.parse(target)
    except (RemoteProtocolError, ValueError):
        raise RemoteProtocolError("one Refer-To with a URI is needed") from None
    if len(target) > LONGEST:
        raise RemoteProtocolError(f"Refer-To has more than {LONGEST} characters")
    return target


def _move(
    service: Service, transaction: Transaction, request: Request, call: Leg, go_on: Then, turn: Turn
) -> None:
    """Report, let the other one of the two go on with the referUrl, and hang up."""
    contact = service.agent.target_fields(transaction.flow)[-1]
    service.agent.reply(transaction, request, 202, turn, headers=[contact])
    if call.referrals is not None:
        call.referrals.report(request, 100, turn, last=False)
        call.referrals.report(request, 200, turn, last=True)
    go_on(turn)
    call.hang_up(turn)


def _refuse(
    service: Service, transaction: Transaction, request: Request, target: str, call: Leg | None, turn: Turn
) -> None:
    trail = Trail(request, turn.now)
    refused = trail.refuse(
        "transfer", "transfer-not-offered", got=f"Refer-To: {NameAddress.parse(target).uri}",
        wanted="a <Dial> with a referUrl",
        mend="give <Dial> a referUrl, or transfer in the PBX",
    )  # fmt: skip
    turn.out.extend(trail.decisions)
    if call is not None:
        alert(call.identity, 13802, "error", "A REFER came, but <Dial> has no referUrl", turn)
    service.agent.refuse(transaction, request, refused.refusal, turn)
