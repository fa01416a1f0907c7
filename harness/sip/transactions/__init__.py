"""The four transactions of RFC 3261 section 17 with RFC 6026, as transition tables, and their layer."""

from __future__ import annotations

from harness.sip.transactions.layer import (
    AckArrived,
    Indication,
    RequestArrived,
    ResponseArrived,
    TimedOut,
    TransactionLayer,
    TransportFailed,
)
from harness.sip.transactions.transaction import Transaction

__all__ = [
    "AckArrived",
    "Indication",
    "RequestArrived",
    "ResponseArrived",
    "TimedOut",
    "Transaction",
    "TransactionLayer",
    "TransportFailed",
]
