"""A line with faults, on virtual time."""

from __future__ import annotations

import random

from sipdomain.entries import Injected
from sipdomain.faults import Corrupt, Delay, Drop, Duplicate, Fault
from sipdomain.journal import Journal
from sipdomain.runtime.bad_line import MOST_HELD, BadLine, BadLineNetwork
from sipdomain.runtime.sim.network import SimClock
from sipdomain.sip.outputs import Address, Flow

UDP = Flow("udp", Address("127.0.0.10", 5070), Address("127.0.0.1", 5060))
TCP = Flow("tcp", Address("127.0.0.10", 5070), Address("127.0.0.1", 5060), 1)
LATE = Delay(by=2.0, of=frozenset({"ACK"}))
ACK = b"ACK sip:a@b SIP/2.0\r\n\r\n"


class Ends:
    """Both ends of a bad line, and when what arrived there."""

    def __init__(self, *faults: Fault) -> None:
        self.clock, self.journal = SimClock(), Journal()
        self.line = BadLine(faults, self.clock, random.Random(1), self.journal)
        self.network = BadLineNetwork(self.line, self, self.note)
        self.arrived: list[tuple[float, bytes]] = []

    def send(self, flow: Flow, data: bytes) -> None:
        self.note(data, flow)

    def note(self, data: bytes, _: Flow) -> None:
        self.arrived.append((self.clock.now(), data))

    def wait(self, seconds: float) -> None:
        limit = self.clock.now() + seconds
        while self.clock.step(limit):
            pass


def test_what_is_delayed_is_overtaken_both_ways() -> None:
    ends = Ends(LATE)
    ends.network.send(UDP, ACK)
    ends.network.send(UDP, b"1")
    ends.network.receive(ACK, UDP)
    ends.network.receive(b"2", UDP)
    assert ends.line.held == 2
    ends.wait(10.0)
    assert ends.arrived == [(0.0, b"1"), (0.0, b"2"), (2.0, ACK), (2.0, ACK)]
    assert ends.line.held == 0


def test_one_way_is_lost_and_the_other_is_not() -> None:
    ends = Ends(Drop(sender="phone"))
    ends.network.send(UDP, b"1")
    ends.network.receive(b"2", UDP)
    assert ends.arrived == [(0.0, b"2")]


def test_streams_lose_nothing() -> None:
    ends = Ends(Drop())
    ends.network.send(TCP, b"1")
    ends.network.receive(b"2", TCP)
    ends.network.send(UDP, b"3")
    assert ends.arrived == [(0.0, b"1"), (0.0, b"2")]


def test_a_line_counts_its_time_from_its_own_beginning() -> None:
    clock, arrived = SimClock(), list[bytes]()
    clock.step(100.0)
    line = BadLine((Drop(until=1.0),), clock, random.Random(1), Journal())
    line.carry(b"lost", arrived.append)
    clock.step(101.0)
    line.carry(b"found", arrived.append)
    assert arrived == [b"found"]


def test_past_its_cap_a_line_loses_what_would_be_held() -> None:
    ends = Ends(Duplicate(copies=10), LATE)
    for _ in range(MOST_HELD // 11 + 10):
        ends.network.send(UDP, ACK)
    assert ends.line.held == MOST_HELD
    ends.wait(10.0)
    assert len(ends.arrived) == MOST_HELD


def test_what_a_line_did_to_a_message_is_in_the_journal_as_injected() -> None:
    ends = Ends(Duplicate(copies=2, within=0.0), Drop(of=frozenset({"BYE"})), Delay(by=2.0), Corrupt())
    ends.network.send(UDP, b"ACK sip:a@b SIP/2.0\r\nCall-ID: x@y\r\n\r\n")
    ends.network.receive(b"BYE sip:a@b SIP/2.0\r\n\r\n", UDP)
    assert ends.journal.select(Injected) == [
        Injected(
            at=0.0, layer="sip", fault="duplicate, corrupt, delay", call_id="x@y",
            text="ACK of the phone: arrives 3 times, late by 2 s, 2 s, 2 s, changed",
        ),
        Injected(
            at=0.0, layer="sip", fault="duplicate, drop", text="BYE of the cloud: lost",
        ),
    ]  # fmt: skip


def test_what_passes_as_it_is_leaves_no_trace() -> None:
    ends = Ends(LATE)
    ends.network.send(UDP, b"1")
    assert len(ends.journal) == 0
