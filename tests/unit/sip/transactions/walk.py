"""A transaction layer in virtual time that writes down what it does, and the messages to feed it with."""

from __future__ import annotations

from collections.abc import Sequence

from sipdomain.sip.codec import check, parse
from sipdomain.sip.message import Request, respond
from sipdomain.sip.outputs import Address, Flow, Send
from sipdomain.sip.timers import Timers
from sipdomain.sip.transactions import (
    AckArrived,
    Indication,
    RequestArrived,
    ResponseArrived,
    TimedOut,
    Transaction,
    TransactionLayer,
    TransportFailed,
)

PEER = Address("127.0.0.10", 5060)
LOCAL = Address("127.0.0.1", 5060)
UDP = Flow("udp", LOCAL, PEER)
TCP = Flow("tcp", LOCAL, PEER, 7)


def build(
    method: str = "INVITE",
    *,
    cseq: str = "1",
    branch: str | None = "z9hG4bK1",
    call: str = "call",
    from_tag: str = ";tag=a",
    to_tag: str = "",
    sent_by: str = "127.0.0.10:5060",
    via: str = "",
    body: str = "",
) -> Request:
    """Build a request as it comes from the wire, checked."""
    parameters = via + ("" if branch is None else f";branch={branch}")
    message = parse(
        f"{method} sip:100@acme SIP/2.0\r\nVia: SIP/2.0/UDP {sent_by}{parameters}\r\nMax-Forwards: 70\r\n"
        f"From: <sip:alice@acme>{from_tag}\r\nTo: <sip:100@acme>{to_tag}\r\nCall-ID: {call}\r\n"
        f"CSeq: {cseq} {method}\r\nRoute: <sip:p;lr>\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    assert isinstance(message, Request)
    check(message)
    return message


def words(each: Send | Indication) -> str:
    """Return in words what the layer did."""
    match each:
        case Send(_, data):
            first = data.split(b"\r\n", 1)[0].decode().split(" ")
            return f"send {first[1] if first[0] == 'SIP/2.0' else first[0]}"
        case RequestArrived(_, request):
            return f"request {request.method}"
        case AckArrived(_, _):
            return "ack"
        case ResponseArrived(_, response):
            return f"response {response.status}"
        case TimedOut(_):
            return "timed out"
        case TransportFailed(_):
            return "transport failed"


class Walk:
    """A layer, its clock, and what happened when.

    Attributes:
        seen: Moments and what happened, in words.
        sent: All that was sent.
        transaction: The last one that was indicated or begun.
    """

    def __init__(self, flow: Flow = UDP, *, timers: Timers | None = None, capacity: int = 100_000) -> None:
        self.layer = TransactionLayer(timers=timers, capacity=capacity)
        self.flow = flow
        self.now = 0.0
        self.seen: list[tuple[float, str]] = []
        self.sent: list[Send] = []
        self.transaction: Transaction | None = None

    def take(self, step: Sequence[Send | Indication]) -> None:
        """Write down what the layer did."""
        for each in step:
            if isinstance(each, Send):
                self.sent.append(each)
            elif isinstance(each, RequestArrived | ResponseArrived):
                self.transaction = each.transaction
            self.seen.append((self.now, words(each)))

    def at(self, now: float) -> Walk:
        """Let time pass until a moment; each timer rings when it is due."""
        while (deadline := self.layer.deadline) is not None and deadline <= now:
            self.now = deadline
            self.take(self.layer.tick(deadline))
        self.now = now
        return self

    def receive(self, request: Request, flow: Flow | None = None) -> None:
        """Let a request arrive."""
        self.take(self.layer.receive(request, flow or self.flow, self.now))

    def answer(self, status: int, transaction: Transaction | None = None) -> None:
        """Answer the last request as the transaction user does."""
        chosen = transaction or self.transaction
        assert chosen is not None
        request = chosen.request or build(chosen.method)
        self.take(self.layer.respond(chosen, respond(request, status, tag="b"), self.now))

    def ask(self, request: Request) -> None:
        """Send a request of our own."""
        self.transaction, step = self.layer.request(request, self.flow, self.now)
        self.take(step)

    def respond(self, request: Request, status: int) -> None:
        """Let a response to a request of ours arrive."""
        self.take(self.layer.receive(respond(request, status, tag="b"), self.flow, self.now))

    def fail(self) -> None:
        """Let the flow break."""
        self.take(self.layer.transport_failed(self.flow, self.now))

    def happened(self) -> list[tuple[float, str]]:
        """Return what happened since this was last asked."""
        seen, self.seen = self.seen, []
        return seen
