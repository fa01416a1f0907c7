"""The server's side of an INVITE: its 2xx, sent again until the ACK comes (RFC 3261 section 13.3.1.4)."""

from __future__ import annotations

from sipdomain.sip.message import Request, Response
from sipdomain.sip.timers import Timers


class Acceptance:
    """A 2xx on its way to its ACK: sent again after T1, then after twice as long each time, at most T2, for 64 * T1.

    Also over TCP and TLS: a proxy on the way may have lost it.

    Attributes:
        response: The 2xx, which its user sends once when this begins.
        at: When `due` has to be asked next.
    """

    __slots__ = ("_interval", "_t2", "_until", "at", "response")

    def __init__(self, response: Response, timers: Timers, now: float) -> None:
        self.response = response
        self._interval = timers.t1
        self._t2 = timers.t2
        self._until = now + 64 * timers.t1
        self.at = now + timers.t1

    def due(self, now: float) -> bool:
        """Return whether the 2xx has to be sent again; False when its time is over: then the session is to be ended."""
        if now >= self._until:
            return False
        self._interval = min(2 * self._interval, self._t2)
        self.at = min(now + self._interval, self._until)
        return True

    def is_acknowledged_by(self, ack: Request) -> bool:
        """Return whether an ACK within the dialog is this 2xx's: it repeats the CSeq number of the INVITE."""
        return ack.cseq.number == self.response.cseq.number
