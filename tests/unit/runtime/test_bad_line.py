"""A line with faults, on virtual time."""

from __future__ import annotations

import random

from sipdomain.entries import Injected
from sipdomain.faults import (
    Act,
    Corrupt,
    Delay,
    Drop,
    Duplicate,
    Fault,
    HalfClose,
    Merge,
    Rebind,
    Refuse,
    Reset,
    Split,
)
from sipdomain.journal import Journal
from sipdomain.runtime.bad_line import MOST_HELD, BadLine
from sipdomain.runtime.bad_network import BadLineNetwork
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
        self.network = BadLineNetwork(self.line, self.note, inner=self)
        self.arrived: list[tuple[float, bytes]] = []

    def send(self, flow: Flow, data: bytes) -> None:
        self.note(data, flow)

    def note(self, data: bytes, _: Flow) -> None:
        self.arrived.append((self.clock.now(), data))

    def end(self, flow: Flow, act: Act) -> None:
        self.arrived.append((self.clock.now(), f"{act} {flow.remote}".encode()))

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
    line.carry(b"lost", lambda each: arrived.append(each.data))
    clock.step(101.0)
    line.carry(b"found", lambda each: arrived.append(each.data))
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


OPTIONS = b"OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n"


def test_pieces_of_a_stream_keep_their_order_and_arrive_as_one_where_they_come_together() -> None:
    ends = Ends(Split(octets=30, gap=1.0), Delay(by=5.0, of=frozenset({"ACK"}), over=frozenset({"tcp"})))
    ends.network.send(TCP, ACK)
    ends.network.send(TCP, OPTIONS)
    ends.wait(100.0)
    assert ends.arrived == [(5.0, ACK + OPTIONS[:30]), (6.0, OPTIONS[30:])]
    assert ends.line.held == 0


def test_what_comes_in_pieces_is_put_together_again() -> None:
    ends = Ends(Split(octets=10, gap=1.0))
    ends.network.receive(OPTIONS, TCP)
    ends.network.receive(OPTIONS, TCP)
    ends.wait(100.0)
    assert ends.arrived == [(4.0, OPTIONS), (8.0, OPTIONS)]


def test_messages_that_arrive_together_are_one_piece() -> None:
    ends = Ends(Merge(within=0.5))
    ends.wait(0.1)
    ends.network.send(TCP, OPTIONS)
    ends.network.send(TCP, OPTIONS)
    ends.wait(1.0)
    assert ends.arrived == [(0.5, OPTIONS * 2)]


def test_a_connection_is_reset_in_place_of_a_message_or_ends_after_it() -> None:
    reset, ended = Ends(Reset(sender="phone")), Ends(HalfClose(sender="cloud"))
    reset.network.send(TCP, OPTIONS)
    ended.network.receive(OPTIONS, TCP)
    assert reset.arrived == [(0.0, b"reset 127.0.0.1:5060")]
    assert ended.arrived == [(0.0, OPTIONS), (0.0, b"half-close 127.0.0.1:5060")]
    (said,) = reset.journal.select(Injected)
    assert said.text == "OPTIONS of the phone: lost, and the connection reset"


def test_a_refused_connection_is_in_the_journal() -> None:
    ends = Ends(Refuse(sender="phone"))
    assert ends.line.refuses("phone", "tls")
    assert not ends.line.refuses("cloud", "tls")
    assert [each.text for each in ends.journal.select(Injected)] == ["a connection of the phone over tls"]


def test_at_the_emulator_a_phone_behind_a_nat_has_a_made_up_port_by_which_it_is_reached() -> None:
    clock, journal = SimClock(), Journal()
    line = BadLine((Rebind(),), clock, random.Random(1), journal)
    sent, came = list[Flow](), list[Flow]()

    class Inner:
        def send(self, flow: Flow, _: bytes) -> None:
            sent.append(flow)

        def end(self, flow: Flow, act: Act) -> None:
            raise AssertionError((flow, act))

    network = BadLineNetwork(line, lambda _, flow: came.append(flow), inner=Inner(), owner="cloud")
    phone = Flow("udp", UDP.remote, UDP.local)
    network.receive(ACK, phone)
    assert came[0].remote == Address("127.0.0.10", 15077)
    network.send(phone, OPTIONS)
    network.send(came[0], OPTIONS)
    assert sent == [phone]
