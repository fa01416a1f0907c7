"""One table for the requests of ours, whatever the method: who takes what comes of each."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from sipdomain.errors import LocalProtocolError
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address, Flow
from sipdomain.sip.transactions import ResponseArrived, TimedOut, TransactionLayer, TransportFailed
from sipdomain.twilio.engine.alarms import Alarms
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.signalling.pending import PendingRequest, PendingRequests

FLOW = Flow("udp", Address("127.0.0.1", 5060), Address("127.0.0.10", 5070))
TCP = Flow("tcp", Address("127.0.0.1", 5060), Address("127.0.0.10", 5070), 7)


class Waiting:
    """Writes down what comes of a request."""

    def __init__(self) -> None:
        self.came: list[int | str] = []
        self.moments: list[float] = []

    def responded(self, response: Response, turn: Turn) -> None:
        self.came.append(response.status)
        self.moments.append(turn.now)

    def unanswered(self, status: int, turn: Turn) -> None:
        self.came.append(f"unanswered {status}")
        self.moments.append(turn.now)


class Table:
    """The table, on a layer of its own."""

    def __init__(self, capacity: int = 100) -> None:
        self.layer = TransactionLayer(capacity=capacity)
        self.alarms = Alarms()
        self.pending = PendingRequests(self.layer, self.alarms)
        self.key = ""

    def send(
        self, method: str, then: PendingRequest | None, *, now: float = 0.0, flow: Flow = FLOW, branch: str = "z9hG4bK1"
    ) -> Request:  # fmt: skip
        request = Request(
            method, "sip:alice@127.0.0.10",
            [
                ("Via", f"SIP/2.0/UDP 127.0.0.1:5060;branch={branch}"), ("From", "<sip:us@127.0.0.1>;tag=us"),
                ("To", "<sip:alice@127.0.0.10>"), ("Call-ID", "one"), ("CSeq", f"1 {method}"),
            ],
        )  # fmt: skip
        turn = Turn(now)
        self.key = self.pending.send(request, flow, then, turn)
        assert len(turn.out) == 1
        return request

    def answer(self, request: Request, status: int, *, now: float = 0.0) -> None:
        headers = [(name, value) for name, value in request.headers if name != "To"]
        response = Response(status, None, [*headers, ("To", "<sip:alice@127.0.0.10>;tag=alice")])
        self.take(self.layer.receive(response, FLOW, now), now)

    def take(self, step: Iterable[object], now: float) -> None:
        for item in step:
            if isinstance(item, ResponseArrived):
                self.pending.responded(item.transaction, item.response, Turn(now))
            elif isinstance(item, TimedOut):
                self.pending.unanswered(item.transaction, 408, Turn(now))
            elif isinstance(item, TransportFailed):
                self.pending.unanswered(item.transaction, 503, Turn(now))

    def wait(self, until: float) -> None:
        while (at := self.layer.deadline) is not None and at <= until:
            self.take(self.layer.tick(at), at)
        self.alarms.ring(Turn(until))


METHODS = pytest.mark.parametrize("method", ["BYE", "CANCEL", "INFO", "INVITE", "NOTIFY", "REFER"])


@METHODS
def test_every_response_up_to_a_refusal_is_passed_on_and_none_after_it(method: str) -> None:
    table, waiting = Table(), Waiting()
    request = table.send(method, waiting)
    for status in (100, 183, 486, 486, 200):
        table.answer(request, status)
    assert waiting.came == [100, 183, 486]
    assert len(table.pending) == 0


@pytest.mark.parametrize("method", ["BYE", "INFO", "NOTIFY", "REFER"])
def test_a_2xx_is_passed_on_once(method: str) -> None:
    table, waiting = Table(), Waiting()
    request = table.send(method, waiting)
    table.answer(request, 200)
    table.answer(request, 200)
    assert waiting.came == [200]
    assert len(table.pending) == 0


def test_a_2xx_to_an_invite_that_comes_again_still_reaches_it_for_32_seconds() -> None:
    table, waiting = Table(), Waiting()
    request = table.send("INVITE", waiting)
    table.answer(request, 180)
    for now in (1.0, 2.0, 32.9):
        table.answer(request, 200, now=now)
    assert waiting.came == [180, 200, 200, 200]
    assert table.pending.invites == 1
    assert len(table.alarms) == 1
    table.wait(33.0)
    table.answer(request, 200, now=33.1)
    assert waiting.came == [180, 200, 200, 200]
    assert (len(table.pending), len(table.layer), len(table.alarms)) == (0, 0, 0)


@METHODS
def test_what_nobody_answers_is_over_after_32_seconds(method: str) -> None:
    table, waiting = Table(), Waiting()
    table.send(method, waiting)
    table.wait(31.9)
    assert waiting.came == []
    table.wait(32.0)
    assert (waiting.came, waiting.moments) == (["unanswered 408"], [32.0])
    assert len(table.pending) == 0


@METHODS
def test_what_a_broken_connection_carried_is_over_at_once(method: str) -> None:
    table, waiting = Table(), Waiting()
    table.send(method, waiting, flow=TCP)
    table.take(table.layer.transport_failed(TCP, 1.0), 1.0)
    table.take(table.layer.transport_failed(TCP, 1.0), 1.0)
    assert waiting.came == ["unanswered 503"]
    assert len(table.pending) == 0


def test_a_broken_connection_is_no_matter_once_the_answer_has_come() -> None:
    table, waiting = Table(), Waiting()
    request = table.send("INVITE", waiting, flow=TCP)
    table.answer(request, 486)
    table.take(table.layer.transport_failed(TCP, 1.0), 1.0)
    assert waiting.came == [486]


def test_what_makes_no_difference_stands_in_no_table() -> None:
    table = Table()
    request = table.send("CANCEL", None)
    assert len(table.pending) == 0
    table.answer(request, 200)
    table.wait(40.0)


def test_an_invite_that_is_given_up_hears_no_more() -> None:
    table, waiting = Table(), Waiting()
    request = table.send("INVITE", waiting)
    table.answer(request, 180)
    table.pending.abandon(table.key)
    table.pending.abandon(table.key)
    table.answer(request, 200)
    assert waiting.came == [180]
    assert (len(table.pending), len(table.layer)) == (0, 0)


def test_an_invite_and_its_cancel_are_distinguished_though_they_share_a_branch() -> None:
    table, inviting, cancelling = Table(), Waiting(), Waiting()
    invite = table.send("INVITE", inviting)
    cancel = table.send("CANCEL", cancelling)
    table.answer(cancel, 200)
    table.answer(invite, 487)
    assert (inviting.came, cancelling.came) == ([487], [200])


def test_a_request_that_cannot_be_sent_leaves_nothing_behind() -> None:
    table, waiting = Table(capacity=1), Waiting()
    table.send("INFO", waiting)
    with pytest.raises(LocalProtocolError, match="more than 1 transactions"):
        table.send("BYE", waiting, branch="z9hG4bK2")
    assert len(table.pending) == 1


def test_who_asks_again_when_refused_waits_for_the_second_request() -> None:
    table = Table()

    class Persistent(Waiting):
        def responded(self, response: Response, turn: Turn) -> None:
            super().responded(response, turn)
            if response.status == 407:
                self.second = table.send("INVITE", self, branch="z9hG4bK2")

    waiting = Persistent()
    table.answer(table.send("INVITE", waiting), 407)
    assert len(table.pending) == 1
    table.answer(waiting.second, 200)
    assert waiting.came == [407, 200]
