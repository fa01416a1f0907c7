"""The requests of ours that wait for their answers, whatever the method: who takes what comes of each."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow
from sipdomain.sip.transactions import Transaction, TransactionLayer
from sipdomain.sip.transactions.transaction import Key
from sipdomain.twilio.engine.alarms import Alarms
from sipdomain.twilio.engine.turn import Turn


class PendingRequest(Protocol):
    """Takes what comes of one request."""

    def responded(self, response: Response, turn: Turn) -> None:
        """Take a response: each provisional one, the final one, and each further 2xx to an INVITE."""

    def unanswered(self, status: int, turn: Turn) -> None:
        """Go on without a final response: none came in time (408), or the transport failed (503)."""


class PendingRequests:
    """One table for all methods, by the key of the client transaction.

    An entry goes with its final response, or when there will be none. Only an INVITE that got a 2xx stays for the 64 T1
    in which its transaction passes on copies of that, and those of other phones behind a fork (RFC 6026 section 7.2).
    There are at most as many as the transaction layer takes.
    """

    __slots__ = ("_alarms", "_entries", "_layer")

    def __init__(self, layer: TransactionLayer, alarms: Alarms) -> None:
        self._layer = layer
        self._alarms = alarms
        self._entries: dict[Key, _Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def invites(self) -> int:
        """How many of them are INVITEs."""
        return sum(each.method == "INVITE" for each in self._entries.values())

    def send(self, request: Request, flow: Flow, then: PendingRequest | None, turn: Turn) -> Key:
        """Send a request in a transaction of its own.

        Args:
            request: Not an ACK.
            flow: The way to take.
            then: Takes what comes of it; None when that makes no difference.
            turn: Now, and where outputs go.

        Returns:
            What `abandon` wants.

        Raises:
            LocalProtocolError: There are too many transactions, or a header field cannot be sent.
        """
        transaction, sends = self._layer.request(request, flow, turn.now)
        if then is not None:
            self._entries[transaction.key] = _Entry(transaction.method, then)
        turn.out.extend(sends)
        return transaction.key

    def abandon(self, key: Key) -> None:
        """Wait no more for the final response to an INVITE; harmless when it has come."""
        self._layer.abandon(key)
        self._entries.pop(key, None)

    def responded(self, transaction: Transaction, response: Response, turn: Turn) -> None:
        """Pass a response on to who waits for it."""
        key, status = transaction.key, response.status
        entry = self._entries.get(key)
        if entry is None:
            return
        if status >= 300 or (status >= 200 and entry.method != "INVITE"):
            del self._entries[key]
        elif status >= 200 and not entry.accepted:
            entry.accepted = True
            self._alarms.set(turn.now + 64 * self._layer.timers.t1, partial(self._forget, key))
        entry.then.responded(response, turn)

    def unanswered(self, transaction: Transaction, status: int, turn: Turn) -> None:
        """Say to who waits that no final response will come."""
        entry = self._entries.pop(transaction.key, None)
        if entry is not None:
            entry.then.unanswered(status, turn)

    def _forget(self, key: Key, _: Turn) -> None:
        self._entries.pop(key, None)


class _Entry:
    """A request in the table: its method, who takes its answers, and whether a 2xx has come."""

    __slots__ = ("accepted", "method", "then")

    def __init__(self, method: str, then: PendingRequest) -> None:
        self.method = method
        self.then = then
        self.accepted = False
