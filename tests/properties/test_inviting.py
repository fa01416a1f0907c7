"""Whatever comes back of an INVITE, in whatever order, and whenever it is given up: one outcome, every 2xx acknowledged."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, strategies as st

from sipdomain.sip.codec import parse
from sipdomain.sip.invite_client import Outputs
from sipdomain.sip.invite_outputs import (
    Answered,
    Forked,
    GaveUp,
    Lost,
    Refused,
    Transact,
    Unusable,
    Wake,
)
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Send
from sipdomain.sip.timers import TimerQueue
from sipdomain.sip.transactions import (
    Indication,
    ResponseArrived,
    TimedOut,
    Transaction,
    TransactionLayer,
    TransportFailed,
)
from sipdomain.sip.transactions.table import State
from tests.unit.sip.inviting import CONTACT, FLOW, challenge, client, reply

OUTCOMES = (Answered, Refused, Lost, GaveUp)
GIVEN_UP_AT = 300.0
"""When a user would give up at the latest."""


class Caller:
    """A client of an INVITE on a transaction layer, in virtual time."""

    def __init__(self, *, late_offer: bool) -> None:
        self.invite = client(late_offer=late_offer)
        self.layer = TransactionLayer()
        self.alarms: TimerQueue[bool] = TimerQueue()
        self.now = 0.0
        self.late_offer = late_offer
        self.transaction: Transaction
        self.sent: list[Request] = []
        self.byes: list[Request] = []
        self.acks: list[str] = []
        self.reports: list[object] = []
        self.carry(self.invite.start())

    def carry(self, outputs: Outputs) -> None:
        """Carry out what it wants."""
        for each in outputs:
            match each:
                case Send(_, data):
                    self.acks.append(parse(data).to.tag or "")
                case Transact(request):
                    transaction, step = self.layer.request(request, FLOW, self.now)
                    if request.method == "INVITE":
                        self.transaction = transaction
                        self.sent.append(request)
                    elif request.method == "BYE":
                        self.byes.append(request)
                    self.take(step)
                case Wake(at):
                    self.alarms.set(at, True)
                case _:
                    self.reports.append(each)
                    if isinstance(each, GaveUp):
                        self.layer.abandon(self.transaction.key)
                    if isinstance(each, Answered) and self.late_offer:
                        self.carry(self.invite.acknowledge(each.dialog, b"v=0\r\n"))

    def take(self, step: Sequence[Send | Indication]) -> None:
        """Take what the layer indicates."""
        for each in step:
            match each:
                case ResponseArrived(transaction, response) if transaction.method == "INVITE":
                    self.carry(self.invite.received(response, self.now))
                case TimedOut(transaction) if transaction.method == "INVITE":
                    self.carry(self.invite.lost(408))
                case TransportFailed(transaction) if transaction.method == "INVITE":
                    self.carry(self.invite.lost(503))
                case _:
                    pass

    def awaits(self, response: Response) -> bool:
        """Whether the last INVITE's transaction hands up a 2xx, and this response answers it."""
        is_open = self.transaction.state in {State.CALLING, State.PROCEEDING, State.ACCEPTED}
        return is_open and response.via.branch == self.sent[-1].via.branch

    def pass_until(self, moment: float) -> None:
        """Let time pass."""
        while True:
            due = [
                at for at in (self.layer.deadline, self.alarms.deadline) if at is not None and at <= moment
            ]
            if not due:
                break
            self.now = max(self.now, min(due))
            self.take(self.layer.tick(self.now))
            for _ in self.alarms.due(self.now):
                self.carry(self.invite.due(self.now))
        self.now = max(self.now, moment)


tags = st.sampled_from(["one", "two", "three"])
happening = st.one_of(
    st.tuples(
        st.just("response"), st.sampled_from([100, 180, 183, 200, 200, 302, 404, 486, 487, 503, 603]), tags
    ),
    st.tuples(st.just("challenge"), st.sampled_from([401, 407]), st.sampled_from(["N1", "N2", "N3"])),
    st.tuples(st.just("again"), st.integers(0, 10), st.just("")),
    st.tuples(st.just("unreadable"), st.sampled_from([180, 200]), tags),
    st.tuples(st.just("cancel"), st.just(0), st.just("")),
    st.tuples(st.just("broken"), st.just(0), st.just("")),
)


@given(
    st.lists(st.tuples(happening, st.sampled_from([0.0, 0.1, 0.7, 5.0, 31.0, 40.0])), max_size=14),
    st.booleans(),
)
def test_there_is_one_outcome_every_2xx_is_acknowledged_and_nothing_is_left(
    happenings: list[tuple[tuple[str, int, str], float]], late_offer: bool
) -> None:
    caller = Caller(late_offer=late_offer)
    wire: list[Response] = []
    for (what, number, text), delay in happenings:
        caller.pass_until(caller.now + delay)
        sent = caller.sent[-1]
        match what:
            case "response":
                wire.append(reply(sent, number, text))
            case "challenge":
                name, value = challenge(text)
                name = "WWW-Authenticate" if number == 401 else name
                wire.append(reply(sent, number, "", (name, value)))
            case "unreadable":
                wire.append(reply(sent, number, text, ("Contact", "<sip:")))
            case "cancel":
                caller.carry(caller.invite.cancel(caller.now))
                continue
            case "broken":
                caller.take(caller.layer.transport_failed(FLOW, caller.now))
                continue
            case _:
                if not wire:
                    continue
                wire.append(wire[number % len(wire)])
        arrived = wire[-1]
        before, was_awaited = len(caller.acks), caller.awaits(arrived)
        caller.take(caller.layer.receive(arrived, FLOW, caller.now))
        if was_awaited and 200 <= arrived.status < 300 and arrived.require("contact") == CONTACT[1]:
            assert len(caller.acks) == before + 1
            assert caller.acks[-1] == arrived.to.tag

    caller.pass_until(caller.now + GIVEN_UP_AT)
    caller.carry(caller.invite.cancel(caller.now))
    caller.pass_until(caller.now + 200.0)
    outcomes = [
        each
        for each in caller.reports
        if isinstance(each, OUTCOMES) or (isinstance(each, Unusable) and each.response.status >= 200)
    ]
    assert len(outcomes) == 1
    forked = [each.response.to.tag for each in caller.reports if isinstance(each, Forked)]
    assert [bye.to.tag for bye in caller.byes] == forked
    answered = [each.response.to.tag for each in caller.reports if isinstance(each, Answered)]
    assert set(caller.acks) == {*forked, *answered}
    assert (caller.layer.idle, len(caller.alarms)) == (True, 0)
