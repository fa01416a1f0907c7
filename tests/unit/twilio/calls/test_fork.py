"""INVITEs to several places: who wins, who is cancelled, which refusal counts."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, strategies as st

from sipdomain.entries import Decision
from sipdomain.sip.address import NameAddress
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.outputs import Address, Flow, Send
from sipdomain.sip.transactions import ResponseArrived, Step, TimedOut, TransportFailed
from sipdomain.sip.uri import Uri
from sipdomain.twilio.calls.branch import Invitation
from sipdomain.twilio.calls.fork import Answer, Fork, better
from sipdomain.twilio.calls.targets import Target
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.signalling.user_agent import UserAgent
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallStore

CLOUD = Address("127.0.0.1", 5060)


class Forked:
    """A fork to phones named a, b, c, and all that comes of it, in words and in order."""

    def __init__(self, names: str = "ab", *, username: str = "alice") -> None:
        rng = Random(1)
        ids = Ids(rng)
        self.engine = Engine(Settings(), Store(ids), CallStore(), ids, rng)
        self.agent = UserAgent(self.engine)
        self.now = 0.0
        self.events: list[str] = []
        self.invites: dict[str, Request] = {}
        self.byes: list[Request] = []
        self.fork = Fork(self.engine, self.agent, self)
        targets = [
            Target(
                Uri.parse(f"sip:{name}@127.0.0.{place}"),
                Flow("udp", CLOUD, Address(f"127.0.0.{place}", 5060)),
            )
            for place, name in enumerate(names, start=11)
        ]
        us = NameAddress(Uri.parse("sip:us@example.com")).with_tag("us")
        invitation = Invitation(
            local=us, remote=NameAddress(Uri.parse("sip:them@example.com")), call_id="call-1", body=b"v=0\r\n",
            headers=(("X-Order", "7"),), username=username, password="Correct-Horse-42",
        )  # fmt: skip
        turn = Turn(0.0)
        self.fork.start(targets, invitation, turn)
        self.carry(turn)

    # --- the caller --------------------------------------------------------------------------------------

    def rang(self, turn: Turn) -> None:
        self.carry(turn)
        self.events.append("rang")

    def early_audio(self, target: Target, response: Response, turn: Turn) -> None:
        self.carry(turn)
        self.events.append(f"early {target.uri.user} {response.status}")

    def answered(self, answer: Answer, turn: Turn) -> None:
        self.carry(turn)
        self.events.append(f"answered by {answer.target.uri.user}")

    def refused(self, status: int, turn: Turn) -> None:
        self.carry(turn)
        self.events.append(f"refused {status}")

    def unsent(self, why: str, turn: Turn) -> None:
        self.carry(turn)
        self.events.append(f"unsent: {why}")

    # --- the wire ----------------------------------------------------------------------------------------

    def carry(self, turn: Turn) -> None:
        for output in turn.out:
            if isinstance(output, Send):
                message = parse(output.data)
                name = "abc"[int(output.flow.remote.host[-2:]) - 11]
                assert isinstance(message, Request)
                if message.method == "INVITE":
                    self.invites[name] = message
                elif message.method == "BYE":
                    self.byes.append(message)
                self.events.append(f"{message.method} {name}")
            elif isinstance(output, Decision):
                self.events.append(f"{output.check} {output.outcome}")
        turn.out.clear()

    def reply(self, name: str, status: int, *headers: tuple[str, str], tag: str = "") -> None:
        """Let a phone answer its INVITE."""
        given = headers or (("Contact", f"<sip:{name}@127.0.0.1>"),)
        message = parse(bytes(respond(self.invites[name], status, tag=tag or name, headers=given)))
        assert isinstance(message, Response)
        flow = Flow("udp", CLOUD, Address("127.0.0.99", 5060))
        self.take(self.agent.layer.receive(message, flow, self.now))

    def take(self, step: Step) -> None:
        turn = Turn(self.now)
        for each in step:
            match each:
                case Send():
                    turn.out.append(each)
                case ResponseArrived(transaction, response):
                    self.agent.pending.responded(transaction, response, turn)
                case TimedOut(transaction):
                    self.agent.pending.unanswered(transaction, 408, turn)
                case TransportFailed(transaction):
                    self.agent.pending.unanswered(transaction, 503, turn)
                case _:
                    pass
        self.carry(turn)

    def cancel(self) -> None:
        """Give up."""
        turn = Turn(self.now)
        self.fork.cancel(turn)
        self.carry(turn)

    def wait(self, until: float) -> None:
        """Let time pass."""
        while True:
            moments = [self.agent.layer.deadline, self.engine.alarms.deadline]
            due = [at for at in moments if at is not None and at <= until]
            if not due:
                break
            self.now = max(self.now, min(due))
            self.take(self.agent.layer.tick(self.now))
            turn = Turn(self.now)
            self.engine.alarms.ring(turn)
            self.carry(turn)
        self.now = until

    def new(self) -> list[str]:
        """Return what happened since the last time."""
        events, self.events = self.events, []
        return events


def test_every_place_gets_an_invite_of_one_call() -> None:
    forked = Forked("abc")
    assert forked.new() == ["INVITE a", "INVITE b", "INVITE c"]
    for one, other in pairwise(forked.invites.values()):
        assert (one.call_id, one.from_, one.to, one.body) == (
            other.call_id,
            other.from_,
            other.to,
            other.body,
        )
        assert one.via.branch != other.via.branch
    assert forked.invites["b"].target == "sip:b@127.0.0.12"
    assert forked.invites["b"].headers.get("x-order") == "7"


def test_the_first_answer_wins_and_the_others_are_cancelled() -> None:
    forked = Forked("abc")
    for name in "abc":
        forked.reply(name, 180)
    forked.new()
    forked.reply("b", 200)
    assert forked.new() == ["ACK b", "CANCEL a", "CANCEL c", "answered by b"]
    forked.reply("a", 487)
    forked.reply("c", 487)
    assert forked.new() == ["ACK a", "ACK c"]


def test_one_that_answers_too_late_is_acknowledged_and_hung_up_on() -> None:
    forked = Forked()
    forked.reply("a", 180)
    forked.reply("a", 200)
    forked.new()
    forked.reply("b", 200)
    forked.reply("b", 200)
    assert forked.new() == ["ACK b", "BYE b", "ACK b"]


def test_the_second_phone_behind_one_place_is_hung_up_on_with_the_credentials_of_its_invite() -> None:
    # RFC 3261 section 22.3: they belong into all later requests of the call.
    forked = Forked("a")
    forked.reply("a", 407, ("Proxy-Authenticate", 'Digest realm="pbx",qop="auth",nonce="N1"'))
    forked.reply("a", 200, tag="one")
    forked.reply("a", 200, tag="two")
    assert forked.new() == ["INVITE a", "ACK a", "INVITE a", "ACK a", "answered by a", "ACK a", "BYE a"]
    (bye,) = forked.byes
    assert (bye.to.tag, bye.headers.get("user-agent")) == ("two", "Twilio Gateway")
    assert 'nonce="N1"' in bye.require("proxy-authorization")


def test_a_challenge_without_a_user_name_is_a_refusal() -> None:
    forked = Forked("a", username="")
    forked.reply("a", 407, ("Proxy-Authenticate", 'Digest realm="pbx",qop="auth",nonce="N1"'))
    assert forked.new() == ["INVITE a", "ACK a", "refused 407"]


@pytest.mark.parametrize(
    ("statuses", "best"),
    [([486, 404], 486), ([404, 486], 404), ([503, 404], 404), ([486, 302], 302), ([503, 408, 500], 408)],
)
def test_the_best_refusal_counts_when_all_have_refused(statuses: list[int], best: int) -> None:
    forked = Forked("abc"[: len(statuses)])
    for name, status in zip("abc", statuses, strict=False):
        assert not any(event.startswith("refused") for event in forked.new())
        forked.reply(name, status)
    assert forked.new()[-1] == f"refused {best}"


def test_a_6xx_ends_all() -> None:
    forked = Forked("abc")
    forked.reply("a", 180)
    forked.reply("b", 486)
    forked.new()
    forked.reply("c", 603)
    assert forked.new() == ["ACK c", "CANCEL a", "refused 603"]


def test_places_that_do_not_answer_count_as_408() -> None:
    forked = Forked()
    forked.wait(33.0)
    assert [event for event in forked.new() if not event.startswith("INVITE")] == ["refused 408"]


def test_a_200_that_cannot_be_acknowledged_counts_as_502() -> None:
    forked = Forked("a")
    forked.reply("a", 200, ("Contact", "<sip:"))
    assert forked.new() == ["INVITE a", "message dropped", "refused 502"]


def test_an_invite_that_cannot_be_sent_counts_as_503_and_the_others_go_out() -> None:
    forked = Forked()
    forked.agent.layer.capacity = 0
    forked.new()
    again = Fork(forked.engine, forked.agent, forked)
    turn = Turn(0.0)
    us = NameAddress(Uri.parse("sip:us@example.com")).with_tag("us")
    invitation = Invitation(local=us, remote=us, call_id="call-2", headers=(), body=b"")
    target = Target(Uri.parse("sip:a@127.0.0.11"), Flow("udp", CLOUD, Address("127.0.0.11", 5060)))
    again.start([target, target], invitation, turn)
    assert forked.new() == [
        "unsent: more than 0 transactions", "unsent: more than 0 transactions", "refused 503",
    ]  # fmt: skip


def test_after_cancel_nobody_is_notified() -> None:
    forked = Forked()
    forked.reply("a", 180)
    forked.cancel()
    assert forked.new() == ["INVITE a", "INVITE b", "rang", "CANCEL a"]
    forked.reply("b", 180)
    forked.reply("a", 487)
    forked.reply("b", 200)
    assert forked.new() == ["CANCEL b", "ACK a", "ACK b", "BYE b"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(0, 486, 486), (486, 404, 486), (503, 486, 486), (486, 503, 486), (302, 486, 302), (486, 603, 603),
     (603, 486, 603), (600, 603, 600)],
)  # fmt: skip
def test_which_of_two_refusals_is_better(one: int, other: int, expected: int) -> None:
    assert better(one, other) == expected


phone = st.sampled_from("abc")
happening = st.one_of(
    st.tuples(phone, st.sampled_from([100, 180, 200, 404, 486, 487, 503, 603])),
    st.tuples(st.just("cancel"), st.just(0)),
)


@given(st.lists(st.tuples(happening, st.sampled_from([0.0, 0.3, 10.0, 33.0])), max_size=10))
def test_a_fork_has_one_end_and_leaves_nothing(happenings: list[tuple[tuple[str, int], float]]) -> None:
    forked = Forked("abc")
    cancelled = False
    for (what, status), delay in happenings:
        forked.wait(forked.now + delay)
        if what == "cancel":
            cancelled = True
            forked.cancel()
        else:
            forked.reply(what, status)
    forked.wait(forked.now + 300.0)
    forked.cancel()
    forked.wait(forked.now + 200.0)
    ends = [event for event in forked.events if event.startswith(("answered", "refused"))]
    assert len(ends) <= 1
    if not cancelled and all(
        any(what == name and status >= 200 for (what, status), _ in happenings) for name in "abc"
    ):
        assert len(ends) == 1
    hung_up_on = {
        bye.via.branch: bye.to.tag for bye in forked.byes
    }  # Each BYE once, however often it was sent.
    assert len(hung_up_on) == len(set(hung_up_on.values()))
    won = {end.removeprefix("answered by ") for end in ends if end.startswith("answered")}
    acknowledged = {
        name for (name, status), _ in happenings if status == 200 and f"ACK {name}" in forked.events
    }
    assert set(hung_up_on.values()) <= acknowledged - won
    assert (forked.agent.layer.idle, len(forked.agent.pending), len(forked.engine.alarms)) == (True, 0, 0)
