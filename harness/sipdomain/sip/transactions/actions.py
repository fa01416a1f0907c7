"""What the actions of the tables do to a transaction, its timers and the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from sipdomain.sip.message import Message, Request, Response
from sipdomain.sip.outputs import Send
from sipdomain.sip.timers import Timers
from sipdomain.sip.transactions.events import (
    AckArrived,
    RequestArrived,
    ResponseArrived,
    Step,
    TimedOut,
    TransportFailed,
)
from sipdomain.sip.transactions.matching import acknowledge
from sipdomain.sip.transactions.table import Action, Input
from sipdomain.sip.transactions.transaction import Transaction

RETRIES: Final = frozenset({Input.TIMER_A, Input.TIMER_E, Input.TIMER_G})
"""The timers that send something again; each of the others ends a state."""


class Clockwork(Protocol):
    """What actions need of the layer."""

    timers: Timers

    def arm(self, transaction: Transaction, timer: Input, delay: float, now: float) -> None:
        """Start a timer of a transaction."""

    def stop(self, transaction: Transaction) -> None:
        """Stop every timer of a transaction."""


Act = Callable[[Clockwork, Transaction, Message | None, float, Step], None]


def _send(_: Clockwork, transaction: Transaction, message: Message | None, now: float, out: Step) -> None:
    assert message is not None  # noqa: S101 - the tables name SEND only where a message comes
    transaction.kept = bytes(message)
    out.append(Send(transaction.flow, transaction.kept))


def _resend(_: Clockwork, transaction: Transaction, message: Message | None, now: float, out: Step) -> None:
    if transaction.kept is not None:
        out.append(Send(transaction.flow, transaction.kept))


def _send_ack(_: Clockwork, transaction: Transaction, message: Message | None, now: float, out: Step) -> None:
    if transaction.request is not None and isinstance(message, Response):
        transaction.kept = bytes(acknowledge(transaction.request, message))
        out.append(Send(transaction.flow, transaction.kept))


def _report(_: Clockwork, transaction: Transaction, message: Message | None, now: float, out: Step) -> None:
    if isinstance(message, Request):
        is_ack = message.method == "ACK"
        out.append(AckArrived(message, transaction.flow) if is_ack else RequestArrived(transaction, message))
    elif isinstance(message, Response):
        out.append(ResponseArrived(transaction, message))


def _report_timeout(
    _: Clockwork, transaction: Transaction, message: Message | None, now: float, out: Step
) -> None:
    out.append(TimedOut(transaction))


def _report_error(
    _: Clockwork, transaction: Transaction, message: Message | None, now: float, out: Step
) -> None:
    out.append(TransportFailed(transaction))


def _stop(layer: Clockwork, transaction: Transaction, message: Message | None, now: float, out: Step) -> None:
    layer.stop(transaction)


def _doubling(timer: Input, *, capped: bool) -> Act:
    """A retransmission timer: T1, then twice as long each time; at most T2 when `capped`. UDP only."""

    def act(layer: Clockwork, transaction: Transaction, _: Message | None, now: float, out: Step) -> None:
        if not transaction.flow.reliable:
            longer = transaction.interval * 2 or layer.timers.t1
            transaction.interval = min(longer, layer.timers.t2) if capped else longer
            layer.arm(transaction, timer, transaction.interval, now)

    return act


def _slow_e(layer: Clockwork, transaction: Transaction, _: Message | None, now: float, out: Step) -> None:
    if not transaction.flow.reliable:
        layer.arm(transaction, Input.TIMER_E, layer.timers.t2, now)


def _fixed(timer: Input, delay: Callable[[Timers], float], *, zero_when_reliable: bool = False) -> Act:
    def act(layer: Clockwork, transaction: Transaction, _: Message | None, now: float, out: Step) -> None:
        if zero_when_reliable and transaction.flow.reliable:
            layer.arm(transaction, timer, 0.0, now)
        else:
            layer.arm(transaction, timer, delay(layer.timers), now)

    return act


def _64_t1(timers: Timers) -> float:
    return 64 * timers.t1


ACTIONS: Final[dict[Action, Act]] = {
    Action.SEND: _send,
    Action.RESEND: _resend,
    Action.SEND_ACK: _send_ack,
    Action.REPORT: _report,
    Action.REPORT_TIMEOUT: _report_timeout,
    Action.REPORT_TRANSPORT_ERROR: _report_error,
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
