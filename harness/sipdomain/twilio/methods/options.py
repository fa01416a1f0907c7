"""OPTIONS: the edge says that it is there (rule options)."""

from __future__ import annotations

from sipdomain.sip.message import Request, respond
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.engine.cloud import EDGE, Cloud
from sipdomain.twilio.engine.turn import Turn


def handle(cloud: Cloud, transaction: Transaction, request: Request, turn: Turn) -> None:
    """Answer 200 with neither Allow nor Accept, as the edge does; within a dialog too."""
    bits = cloud.engine.rng.getrandbits
    tag = f"{bits(128):032x}.{bits(32):08x}"
    cloud.respond(transaction, respond(request, 200, tag=tag, headers=[EDGE]), turn)
