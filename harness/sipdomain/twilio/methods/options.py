"""OPTIONS: the edge says that it is there (rule options)."""

from __future__ import annotations

from sipdomain.sip.message import Request, respond
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.signalling.fields import EDGE


def handle(service: Service, transaction: Transaction, request: Request, turn: Turn) -> None:
    """Answer 200 with neither Allow nor Accept, as the edge does; within a dialog too."""
    bits = service.engine.rng.getrandbits
    tag = f"{bits(128):032x}.{bits(32):08x}"
    service.agent.respond(transaction, respond(request, 200, tag=tag, headers=[EDGE]), turn)
