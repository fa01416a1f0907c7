"""How much a phone keeps in mind."""

from __future__ import annotations

from typing import NamedTuple


class PhoneCensus(NamedTuple):
    """How much a phone keeps in mind at a moment, besides the records of finished calls.

    Attributes:
        legs: Calls and single requests that are not over, or whose late messages are still answered.
        sessions: Open media sessions.
        transactions: SIP transactions that are not over.
        pending: Requests of its own whose answers it waits for.
        alarms: Moments waited for, SIP's own timers excepted.
    """

    legs: int
    sessions: int
    transactions: int
    pending: int
    alarms: int
