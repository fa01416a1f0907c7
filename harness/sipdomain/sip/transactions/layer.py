"""The transaction layer: matches messages to transactions and moves these along their tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sipdomain.errors import LocalProtocolError
from sipdomain.sip.message import Message, Request, Response, respond
from sipdomain.sip.outputs import Flow, Send
from sipdomain.sip.sources import Shares, source_of
from sipdomain.sip.timers import TimerQueue, Timers
from sipdomain.sip.transactions.actions import ACTIONS, RETRIES
from sipdomain.sip.transactions.events import AckArrived, Step
from sipdomain.sip.transactions.invite_client import TABLE as INVITE_CLIENT
from sipdomain.sip.transactions.invite_server import TABLE as INVITE_SERVER
from sipdomain.sip.transactions.matching import (
    client_key,
    is_for_us,
    merge_key,
    note_source,
    refuse,
    server_key,
)
from sipdomain.sip.transactions.non_invite_client import TABLE as NON_INVITE_CLIENT
from sipdomain.sip.transactions.non_invite_server import TABLE as NON_INVITE_SERVER
from sipdomain.sip.transactions.table import Input, State
from sipdomain.sip.transactions.transaction import Key, Transaction

UNIT: Final = 2_048
"""Bytes of a request that count as one transaction; a longer request counts as more."""


def _never(_: Request) -> bool:
    return False


class TransactionLayer:
    """All transactions of one user agent.

    At most `capacity` at once, shared among the sources of requests: past its share, a new request is answered 503
    without a transaction. The CANCEL of an INVITE that is under way, and what is vital, are never refused. There are at
    most `capacity` of our own besides; past that, one of them is refused.

    Attributes:
        timers: The base values.
        capacity: How many transactions there may be.
        is_vital: Whether a request, such as the BYE of a call, is taken however many there are.
    """

    def __init__(self, *, timers: Timers | None = None, capacity: int = 100_000) -> None:
        self.timers = timers or Timers()
        self.capacity = capacity
        self.is_vital: Callable[[Request], bool] = _never
        self._shares = Shares(capacity)
        self._ours = 0
        self._transactions: dict[Key, Transaction] = {}
        self._on_stream: dict[Flow, dict[Key, Transaction]] = {}
        self._merged: dict[Key, Key] = {}
        self._queue: TimerQueue[tuple[Transaction, Input]] = TimerQueue()

    def __len__(self) -> int:
        return len(self._transactions)

    @property
    def idle(self) -> bool:
        """Whether nothing is remembered: no transaction, no trace of one, no timer."""
        return not self._transactions and not self._merged and not self._queue

    @property
    def unanswered(self) -> int:
        """How many of our own requests wait for a final response."""
        return sum(not each.is_server and not each.answered for each in self._transactions.values())

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do, or None."""
        return self._queue.deadline

    def receive(self, message: Request | Response, flow: Flow, now: float) -> Step:
        """Take a checked message from the wire.

        A response that answers no request of ours, and a request that its transaction has no use
        for, vanish here. A retransmission is answered along the flow on which its request first came.

        Raises:
            RemoteProtocolError: The message was not checked, and is broken.
        """
        out: Step = []
        if isinstance(message, Response):
            transaction = self._transactions.get(client_key(message))
            if transaction is not None and is_for_us(message):
                self._feed(transaction, _kind(message.status), message, now, out)
            return out
        key = server_key(message)
        transaction = self._transactions.get(key)
        if transaction is not None:
            what = Input.ACK if message.method == "ACK" else Input.REQUEST
            self._feed(transaction, what, message, now, out)
        elif message.method == "ACK":
            out.append(AckArrived(message, flow))
        else:
            self._begin(message, key, flow, now, out)
        return out

    def _begin(self, request: Request, key: Key, flow: Flow, now: float, out: Step) -> None:
        source, cost = source_of(flow.remote.host), 1 + len(request.raw or b"") // UNIT
        if not self._shares.allows(source, cost) and not self._must_take(request):
            out += refuse(request, flow, 503, headers=[("Retry-After", "5")])
            return
        is_new = request.to.tag is None and request.method != "CANCEL"
        merged = merge_key(request) if is_new else None
        back = note_source(request, flow)
        table, state = (
            (INVITE_SERVER, State.PROCEEDING)
            if request.method == "INVITE"
            else (NON_INVITE_SERVER, State.TRYING)
        )
        transaction = self._transactions[key] = Transaction(key, table, state, request, back, is_server=True)
        transaction.source, transaction.cost = source, cost
        self._shares.take(source, cost)
        self._note_stream(transaction)
        if merged is not None:
            # RFC 3261 section 8.2.2.2: the same request by two ways is merged.
            if merged in self._merged:
                out += self.respond(transaction, respond(request, 482, tag="merged"), now)
                return
            self._merged[merged] = key
            transaction.merged = merged
        self._feed(transaction, Input.START, request, now, out)

    def _note_stream(self, transaction: Transaction) -> None:
        """Let a transaction be found when its connection breaks, without a look at all others."""
        if transaction.flow.reliable:
            self._on_stream.setdefault(transaction.flow, {})[transaction.key] = transaction

    def _must_take(self, request: Request) -> bool:
        if request.method == "CANCEL":
            return self.find_invite(request) is not None
        return self.is_vital(request)

    def respond(self, transaction: Transaction, response: Response, now: float) -> list[Send]:
        """Send a response in a server transaction; nothing happens when its table has no such arrow.

        Raises:
            LocalProtocolError: The response has a line break inside a header field.
        """
        out: Step = []
        self._feed(transaction, _kind(response.status), response, now, out)
        return _sends(out)

    def request(self, request: Request, flow: Flow, now: float) -> tuple[Transaction, list[Send]]:
        """Send a request in a new client transaction.

        Args:
            request: Not an ACK. Its top Via carries a branch that no other request of that method has.
            flow: The way to take.
            now: The moment.

        Raises:
            LocalProtocolError: The request is an ACK, its branch is missing or taken, it has a line break
                inside a header field, or there are `capacity` transactions.
        """
        if request.method == "ACK":
            raise LocalProtocolError("an ACK begins no transaction")
        key = client_key(request)
        if not request.via.branch or key in self._transactions:
            raise LocalProtocolError(f"{request.method} without a branch of its own")
        if self._ours >= self.capacity:
            raise LocalProtocolError(f"more than {self.capacity} transactions")
        table, state = (
            (INVITE_CLIENT, State.CALLING)
            if request.method == "INVITE"
            else (NON_INVITE_CLIENT, State.TRYING)
        )
        transaction = Transaction(key, table, state, request, flow, is_server=False)
        out: Step = []
        self._feed(transaction, Input.START, request, now, out)
        self._transactions[key] = transaction
        self._ours += 1
        self._note_stream(transaction)
        return transaction, _sends(out)

    def abandon(self, key: Key) -> None:
        """Forget an INVITE of ours that is provisionally answered, but never finally.

        No timer ends that (RFC 3261 section 17.1.1.2); its user must, 64 * T1 after CANCEL at the latest
        (section 9.1). Harmless for any other transaction.
        """
        transaction = self._transactions.get(key)
        if (
            transaction is not None
            and transaction.table is INVITE_CLIENT
            and transaction.state is State.PROCEEDING
        ):
            transaction.state = State.TERMINATED
            self._drop_spent(transaction)

    def find_invite(self, cancel: Request) -> Transaction | None:
        """Return the INVITE server transaction that a CANCEL means (RFC 3261 section 9.2)."""
        return self._transactions.get(server_key(cancel, method="INVITE"))

    def transport_failed(self, flow: Flow, now: float) -> Step:
        """A flow broke: fail every transaction that uses it."""
        out: Step = []
        found = self._on_stream.get(flow, {}) if flow.reliable else self._transactions
        for transaction in [each for each in found.values() if each.flow == flow]:
            self._feed(transaction, Input.TRANSPORT_ERROR, None, now, out)
        return out

    def tick(self, now: float) -> Step:
        """Let every timer ring that is due."""
        out: Step = []
        for transaction, timer in self._queue.due(now):
            self._feed(transaction, timer, None, now, out)
        return out

    def _feed(
        self, transaction: Transaction, what: Input, message: Message | None, now: float, out: Step
    ) -> None:
        arrow = transaction.table.get((transaction.state, what))
        if arrow is None:
            return
        state, actions = arrow
        for action in actions:
            ACTIONS[action](self, transaction, message, now, out)
        # Only now: a message of ours that cannot be sent, and raises, has changed nothing.
        if isinstance(message, Response):
            transaction.status = message.status
        if transaction.state is not state:
            transaction.state = state
            if state >= State.COMPLETED:
                self._drop_spent(transaction)

    def _drop_spent(self, transaction: Transaction) -> None:
        """Past its final response, keep of a transaction only what a retransmission needs."""
        transaction.request = None
        if transaction.state is not State.COMPLETED:
            transaction.kept = None
        if transaction.state is State.TERMINATED:
            self.stop(transaction)
            del self._transactions[transaction.key]
            if transaction.flow.reliable:
                alike = self._on_stream[transaction.flow]
                del alike[transaction.key]
                if not alike:
                    del self._on_stream[transaction.flow]
            if transaction.is_server:
                self._shares.give_back(transaction.source, transaction.cost)
            else:
                self._ours -= 1
        elif transaction.status < 300:
            return
        # Refused or over: what comes again is not a copy of something that still goes on.
        if transaction.merged is not None:
            del self._merged[transaction.merged]
            transaction.merged = None

    def arm(self, transaction: Transaction, timer: Input, delay: float, now: float) -> None:
        """Start a timer of a transaction."""
        alarm = self._queue.set(now + delay, (transaction, timer))
        if timer in RETRIES:
            transaction.retry = alarm
        else:
            transaction.expiry = alarm

    def stop(self, transaction: Transaction) -> None:
        """Stop every timer of a transaction."""
        for alarm in (transaction.retry, transaction.expiry):
            if alarm is not None:
                self._queue.cancel(alarm)
        transaction.retry = transaction.expiry = None


def _kind(status: int) -> Input:
    if status < 200:
        return Input.PROVISIONAL
    return Input.SUCCESS if status < 300 else Input.FAILURE


def _sends(step: Step) -> list[Send]:
    """Return a step that we asked for: the tables only send then, and report nothing."""
    sends: list[Send] = []
    for item in step:
        if not isinstance(item, Send):
            raise TypeError(f"a step of ours reports {type(item).__name__}")
        sends.append(item)
    return sends
