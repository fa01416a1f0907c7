"""User-defined messages to the Voice SDK of a call's party, and subscriptions to those from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sipdomain.twilio.store.bounded import Bounded, size_of_record

MOST: Final = 1_000
"""How many subscriptions are kept; past that the oldest goes first."""
MOST_BYTES: Final = 4 * 1024 * 1024
"""How many bytes they may have in all; past that the oldest goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMessage:
    """A message, or a subscription to messages.

    Attributes:
        sid: KX of a message, ZY of a subscription, and 32 hexadecimal digits.
        account_sid: Of the call.
        call_sid: The call.
        created_at: In Unix seconds.
        callback: Of a subscription: what is asked of each message; "" of a message.
    """

    sid: str
    account_sid: str
    call_sid: str
    created_at: float
    callback: str = ""


class Subscriptions:
    """The latest subscriptions of all calls; they end with the process."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: Bounded[str, UserMessage] = Bounded(MOST, MOST_BYTES)

    def add(self, subscription: UserMessage) -> None:
        """Keep one."""
        self._kept.put(subscription.sid, subscription, size_of_record(subscription))

    def take_out(self, call_sid: str, sid: str) -> bool:
        """Forget one of a call's; return whether there was one."""
        found = self._kept.get(sid)
        if found is None or found.call_sid != call_sid:
            return False
        self._kept.pop(sid)
        return True

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
