"""The transaction layer: matches messages to transactions and moves these along their tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from harness.sip.headers import Headers
from harness.sip.message import Message, Request, Response, respond
from harness.sip.outputs import Address, Flow, Send
from harness.sip.timers import TimerQueue, Timers
from harness.sip.transactions.invite_client import TABLE as INVITE_CLIENT
from harness.sip.transactions.invite_server import TABLE as INVITE_SERVER
from harness.sip.transactions.non_invite_client import TABLE as NON_INVITE_CLIENT
from harness.sip.transactions.non_invite_server import TABLE as NON_INVITE_SERVER
from harness.sip.transactions.table import Action, Input, State
from harness.sip.transactions.transaction import Key, Transaction
from harness.sip.via import MAGIC_COOKIE, Via


@dataclass(frozen=True, slots=True)
class RequestArrived:
    """A new request; answer it by `TransactionLayer.respond`."""

    transaction: Transaction
    request: Request


@dataclass(frozen=True, slots=True)
class AckArrived:
    """An ACK for a 2xx response."""

    request: Request
    flow: Flow


@dataclass(frozen=True, slots=True)
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
    """What a transaction sent could not be sent."""

    transaction: Transaction


Indication = RequestArrived | AckArrived | ResponseArrived | TimedOut | TransportFailed
Step = list[Send | Indication]


class TransactionLayer:
    """All transactions of one user agent.

    At most `capacity` at once; past that a new request is answered 503 without a transaction.
    """

    def __init__(self, *, timers: Timers | None = None, capacity: int = 100_000) -> None:
        self.timers = timers or Timers()
        self.capacity = capacity
        self._transactions: dict[Key, Transaction] = {}
        self._merged: dict[Key, Key] = {}
        self._queue: TimerQueue[tuple[Transaction, Input]] = TimerQueue()

    def __len__(self) -> int:
        return len(self._transactions)

    @property
    def unanswered(self) -> int:
        """How many of our own requests wait for a final response."""
        return sum(not each.is_server and not each.answered for each in self._transactions.values())

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do, or None."""
        return self._queue.deadline

    def receive(self, message: Request | Response, flow: Flow, now: float) -> Step:
        """Take a checked message from the wire."""
        out: Step = []
        if isinstance(message, Response):
            transaction = self._transactions.get((message.via.branch or "", message.cseq.method))
            if transaction is not None and not transaction.is_server:
                transaction.status = message.status
                self._feed(transaction, _kind(message.status), message, now, out)
            return out
        key = server_key(message)
        reply = _note_source(message, flow)
        transaction = self._transactions.get(key)
        if message.method == "ACK":
            if transaction is None or transaction.state is State.ACCEPTED:
                out.append(AckArrived(message, flow))
            else:
                self._feed(transaction, Input.ACK, message, now, out)
        elif transaction is not None:
            # A retransmission that comes by another way still gets its answer where it started.
            self._feed(transaction, Input.REQUEST, message, now, out)
        else:
            self._begin(message, key, reply, now, out)
        return out

    def _begin(self, request: Request, key: Key, flow: Flow, now: float, out: Step) -> None:
        if len(self._transactions) >= self.capacity:
            busy = respond(request, 503, headers=[("Retry-After", "5")], tag="overload")
            out.append(Send(flow, bytes(busy)))
            return
        table, state = (
            (INVITE_SERVER, State.PROCEEDING)
            if request.method == "INVITE"
            else (NON_INVITE_SERVER, State.TRYING)
        )
        transaction = Transaction(key, table, state, request, flow, is_server=True)
        self._transactions[key] = transaction
        if request.to.tag is None and request.method != "CANCEL":
            # RFC 3261 section 8.2.2.2: the same request by two ways is merged.
            merged = _merge_key(request)
            if self._merged.setdefault(merged, key) != key:
                out.extend(self.respond(transaction, respond(request, 482, tag="merged"), now))
                return
        self._feed(transaction, Input.START, request, now, out)

    def respond(self, transaction: Transaction, response: Response, now: float) -> Step:
        """Send a response in a server transaction; nothing happens when its table has no such arrow."""
        out: Step = []
        transaction.status = max(transaction.status, response.status)
        self._feed(transaction, _kind(response.status), response, now, out)
        return out

    def request(self, request: Request, flow: Flow, now: float) -> tuple[Transaction, Step]:
        """Send a request (not an ACK) in a new client transaction. Its top Via carries the branch."""
        table, state = (
            (INVITE_CLIENT, State.CALLING)
            if request.method == "INVITE"
            else (NON_INVITE_CLIENT, State.TRYING)
        )
        key = (request.via.branch or "", request.method)
        transaction = Transaction(key, table, state, request, flow, is_server=False)
        self._transactions[key] = transaction
        out: Step = []
        self._feed(transaction, Input.START, request, now, out)
        return transaction, out

    def find_invite(self, cancel: Request) -> Transaction | None:
        """Return the INVITE server transaction that a CANCEL means (RFC 3261 section 9.2)."""
        return self._transactions.get(server_key(cancel, method="INVITE"))

    def transport_failed(self, flow: Flow, now: float) -> Step:
        """A flow broke: tell every transaction that lives on it."""
        out: Step = []
        for transaction in [each for each in self._transactions.values() if each.flow == flow]:
            self._feed(transaction, Input.TRANSPORT_ERROR, None, now, out)
        return out

    def tick(self, now: float) -> Step:
        """Let every timer ring that is due."""
        out: Step = []
        for transaction, timer in self._queue.due(now):
            transaction.alarms.pop(timer, None)
            self._feed(transaction, timer, None, now, out)
        return out

    def _feed(
        self, transaction: Transaction, what: Input, message: Message | None, now: float, out: Step
    ) -> None:
        arrow = transaction.table.get((transaction.state, what))
        if arrow is None:
            return
        transaction.state = arrow[0]
        for action in arrow[1]:
            _ACTIONS[action](self, transaction, message, now, out)
        if arrow[0] is State.TERMINATED:
            self._finish(transaction)

    def arm(self, transaction: Transaction, timer: Input, delay: float, now: float) -> None:
        """Start a timer of a transaction."""
        transaction.alarms[timer] = self._queue.set(now + delay, (transaction, timer))

    def stop(self, transaction: Transaction) -> None:
        """Stop every timer of a transaction."""
        for alarm in transaction.alarms.values():
            self._queue.cancel(alarm)
        transaction.alarms.clear()

    def _finish(self, transaction: Transaction) -> None:
        self.stop(transaction)
        self._transactions.pop(transaction.key, None)
        request = transaction.request
        if transaction.is_server and request is not None and request.to.tag is None:
            merged = _merge_key(request)
            if self._merged.get(merged) == transaction.key:
                del self._merged[merged]


def server_key(request: Request, method: str | None = None) -> Key:
    """Return what a request is matched by (RFC 3261 section 17.2.3)."""
    via = request.via
    method = method or ("INVITE" if request.method == "ACK" else request.method)
    branch = via.branch
    if branch is not None and branch.startswith(MAGIC_COOKIE):
        return (branch, via.sent_by, method)
    # A peer of RFC 2543 makes no unique branch.
    number = str(request.cseq.number)
    return ("", request.target, request.from_.tag or "", request.call_id, number, str(via), method)


def _merge_key(request: Request) -> Key:
    return (request.call_id, request.from_.tag or "", str(request.cseq))


def _kind(status: int) -> Input:
    if status < 200:
        return Input.PROVISIONAL
    return Input.SUCCESS if status < 300 else Input.FAILURE


def _note_source(request: Request, flow: Flow) -> Flow:
    """Write `received` and `rport` (RFC 3261 section 18.2.1, RFC 3581); return where answers go."""
    via = request.via
    wants_port = "rport" in via.parameters
    if wants_port or via.host != flow.remote.host:
        # RFC 3581 section 4: with rport, received is written even when it equals sent-by.
        parameters = {**via.parameters, "received": flow.remote.host}
        if wants_port:
            parameters["rport"] = str(flow.remote.port)
        request.via = Via(via.transport, via.host, via.port, parameters)
    if flow.reliable or wants_port:
        return flow
    host = flow.remote.host
    return Flow(flow.transport, flow.local, Address(host, via.port or 5060), flow.connection)


def _acknowledge(request: Request, response: Message) -> Request:
    """Build the ACK for a failure (RFC 3261 section 17.1.1.3)."""
    items = [
        ("Via", str(request.via)),
        ("From", request.require("from")),
        ("To", response.require("to")),
        ("Call-ID", request.call_id),
        ("CSeq", f"{request.cseq.number} ACK"),
        ("Max-Forwards", "70"),
    ]
    items += [("Route", value) for value in request.headers.all("route")]
    return Request("ACK", request.target, Headers(items))


Act = Callable[[TransactionLayer, Transaction, Message | None, float, Step], None]


def _send(
    _: TransactionLayer, transaction: Transaction, message: Message | None, now: float, out: Step
) -> None:
    assert message is not None  # noqa: S101 - the tables name SEND only where a message comes
    transaction.kept = bytes(message)
    out.append(Send(transaction.flow, transaction.kept))


def _resend(
    _: TransactionLayer, transaction: Transaction, message: Message | None, now: float, out: Step
) -> None:
    if transaction.kept is not None:
        out.append(Send(transaction.flow, transaction.kept))


def _send_ack(
    _: TransactionLayer, transaction: Transaction, message: Message | None, now: float, out: Step
) -> None:
    if transaction.request is not None and message is not None:
        out.append(Send(transaction.flow, bytes(_acknowledge(transaction.request, message))))


def _tell(
    _: TransactionLayer, transaction: Transaction, message: Message | None, now: float, out: Step
) -> None:
    if isinstance(message, Request):
        out.append(RequestArrived(transaction, message))
    elif isinstance(message, Response):
        out.append(ResponseArrived(transaction, message))


def _tell_timeout(
    _: TransactionLayer, transaction: Transaction, message: Message | None, now: float, out: Step
) -> None:
    out.append(TimedOut(transaction))


def _tell_error(
    _: TransactionLayer, transaction: Transaction, message: Message | None, now: float, out: Step
) -> None:
    out.append(TransportFailed(transaction))


def _stop(
    layer: TransactionLayer, transaction: Transaction, message: Message | None, now: float, out: Step
) -> None:
    layer.stop(transaction)


def _doubling(timer: Input, *, capped: bool) -> Act:
    """A retransmission timer: T1, then twice as long each time; at most T2 when `capped`. UDP only."""

    def act(
        layer: TransactionLayer, transaction: Transaction, _: Message | None, now: float, out: Step
    ) -> None:
        if not transaction.flow.reliable:
            longer = transaction.interval * 2 or layer.timers.t1
            transaction.interval = min(longer, layer.timers.t2) if capped else longer
            layer.arm(transaction, timer, transaction.interval, now)

    return act


def _slow_e(
    layer: TransactionLayer, transaction: Transaction, _: Message | None, now: float, out: Step
) -> None:
    if not transaction.flow.reliable:
        layer.arm(transaction, Input.TIMER_E, layer.timers.t2, now)


def _fixed(timer: Input, delay: Callable[[Timers], float], *, zero_when_reliable: bool = False) -> Act:
    def act(
        layer: TransactionLayer, transaction: Transaction, _: Message | None, now: float, out: Step
    ) -> None:
        if zero_when_reliable and transaction.flow.reliable:
            layer.arm(transaction, timer, 0.0, now)
        else:
            layer.arm(transaction, timer, delay(layer.timers), now)

    return act


def _64_t1(timers: Timers) -> float:
    return 64 * timers.t1


_ACTIONS: Final[dict[Action, Act]] = {
    Action.SEND: _send,
    Action.RESEND: _resend,
    Action.SEND_ACK: _send_ack,
    Action.TELL: _tell,
    Action.TELL_TIMEOUT: _tell_timeout,
    Action.TELL_TRANSPORT_ERROR: _tell_error,
    Action.STOP: _stop,
    Action.START_A: _doubling(Input.TIMER_A, capped=False),
    Action.START_B: _fixed(Input.TIMER_B, _64_t1),
    Action.START_D: _fixed(Input.TIMER_D, lambda _: 32.0, zero_when_reliable=True),
    Action.START_E: _doubling(Input.TIMER_E, capped=True),
    Action.SLOW_E: _slow_e,
    Action.START_F: _fixed(Input.TIMER_F, _64_t1),
    Action.START_G: _doubling(Input.TIMER_G, capped=True),
    Action.START_H: _fixed(Input.TIMER_H, _64_t1),
    Action.START_I: _fixed(Input.TIMER_I, lambda timers: timers.t4, zero_when_reliable=True),
    Action.START_J: _fixed(Input.TIMER_J, _64_t1, zero_when_reliable=True),
    Action.START_K: _fixed(Input.TIMER_K, lambda timers: timers.t4, zero_when_reliable=True),
    Action.START_L: _fixed(Input.TIMER_L, _64_t1),
    Action.START_M: _fixed(Input.TIMER_M, _64_t1),
}
