"""Which messages of a journal are there already: what one end sent, and the other end of the same journal received."""

from __future__ import annotations

import sys
from collections import OrderedDict

from sipdomain.entries import SipMessage


class Copies:
    """Takes the messages of one journal, in order."""

    def __init__(self, most: int = sys.maxsize) -> None:
        """Begin without messages.

        Args:
            most: Of how many it is known that they were sent; past that the oldest is forgotten. A journal that has an
                end needs no limit.
        """
        self._most = most
        self._sent: OrderedDict[int, int] = OrderedDict()

    def has(self, message: SipMessage) -> bool:
        """Take a message, and return whether its sender wrote it down before."""
        # By its bytes alone: over TCP the two ends call a connection by different ports.
        known = hash(message.data)
        before = self._sent.pop(known, 0)
        left = before + (1 if message.lane == "out" else -1)
        if left > 0:
            self._sent[known] = left
            if len(self._sent) > self._most:
                self._sent.popitem(last=False)
        return message.lane != "out" and before > 0
