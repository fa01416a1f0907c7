"""The four transactions of RFC 3261 section 17 with RFC 6026, as transition tables, and their layer."""

from __future__ import annotations

from sipdomain.sip.transactions.events import (
    AckArrived,
    Indication,
    RequestArrived,
    ResponseArrived,
    Step,
    TimedOut,
    TransportFailed,
)
from sipdomain.sip.transactions.layer import TransactionLayer
from sipdomain.sip.transactions.matching import refuse
from sipdomain.sip.transactions.transaction import Transaction

__all__ = [
    "AckArrived",
    "Indication",
    "RequestArrived",
    "ResponseArrived",
    "Step",
    "TimedOut",
    "Transaction",
    "TransactionLayer",
    "TransportFailed",
    "refuse",
]
