"""A request on its way to its method, past what every method asks of it."""

from __future__ import annotations

from typing import Final

from sipdomain.sip.message import Request
from sipdomain.sip.methods import METHODS
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.admission.admission import Trail
from sipdomain.twilio.admission.screening import lacks_extension, out_of_hops
from sipdomain.twilio.calls.info_keys import note_keys
from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.calls.route_set import came_by_the_edge
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.methods import HANDLERS
from sipdomain.twilio.signalling.fields import ALLOW

NOT_ALLOWED: Final = "method-not-allowed"
UNKNOWN_METHOD: Final = "unknown-method"
_SPELLING: Final = "spell the method in capitals, as RFC 3261 has it; another one nobody knows"


def handle(service: Service, transaction: Transaction, request: Request, turn: Turn) -> None:
    """Have a request answered by its method, or refuse it."""
    handler = HANDLERS.get(request.method)
    trail = Trail(request, turn.now)
    refused = out_of_hops(request, service.engine.admission, trail)
    if refused is None and handler is not None:
        refused = lacks_extension(request, trail)
    if refused is not None:
        turn.out.extend(trail.decisions)
        service.agent.refuse(transaction, request, refused.refusal, turn)
    elif _went_straight(service, request, turn):
        service.agent.reply(transaction, request, 481, turn)
    elif handler is not None:
        handler(service, transaction, request, turn)
    else:
        _refuse_method(service, transaction, request, trail, turn)


def _refuse_method(
    service: Service, transaction: Transaction, request: Request, trail: Trail, turn: Turn
) -> None:
    status = 405 if request.method in METHODS else 501
    if not note_keys(service, request, turn):
        why = NOT_ALLOWED if status == 405 else UNKNOWN_METHOD
        mend = "send none: the service takes no such request" if status == 405 else _SPELLING
        trail.note("method", "refused", "methods", reason=why, got=request.method, wanted=ALLOW[1], mend=mend)
        turn.out.extend(trail.decisions)
    service.agent.reply(transaction, request, status, turn, headers=[ALLOW])


def _went_straight(service: Service, request: Request, turn: Turn) -> bool:
    """Whether a request within a call came without the route set, and so to nobody (rule route-set)."""
    if not request.to.tag or request.method == "CANCEL":
        return False
    call = service.calls.of_request(request)
    return call is not None and not came_by_the_edge(service.agent, call, request, turn)
