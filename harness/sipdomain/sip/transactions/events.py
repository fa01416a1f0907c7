"""What the transaction layer reports to its user."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow, Send
from sipdomain.sip.transactions.transaction import Transaction
from sipdomain.values import lean_value


@lean_value
class RequestArrived:
    """A new request; answer it by `TransactionLayer.respond`."""

    transaction: Transaction
    request: Request


@lean_value
class AckArrived:
    """An ACK for a 2xx response."""

    request: Request
    flow: Flow


@lean_value
class ResponseArrived:
    """A response to one of our requests."""

    transaction: Transaction
    response: Response


@dataclass(frozen=True, slots=True)
class TimedOut:
    """No answer came (timers B, F), or no ACK for a failure (timer H)."""

    transaction: Transaction


@dataclass(frozen=True, slots=True)
class TransportFailed:
    """What a transaction sent could not be sent, or its connection is gone."""

    transaction: Transaction


Indication = RequestArrived | AckArrived | ResponseArrived | TimedOut | TransportFailed
Step = list[Send | Indication]
"""What the layer wants sent, and what it reports, in the order in which it happened."""
