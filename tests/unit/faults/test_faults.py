"""What each fault does to a datagram, and that nothing but its arguments decides it."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import pytest

from sipdomain import faults
from sipdomain.faults import (
    FAULTS,
    Burst,
    Chain,
    Corrupt,
    Delay,
    Drop,
    Duplicate,
    Fault,
    HalfClose,
    Limit,
    Merge,
    Passage,
    Rebind,
    Refuse,
    Reorder,
    Reset,
    Split,
    Truncate,
)
from sipdomain.faults.delay import SHAPES, Shape
from sipdomain.faults.fault import STREAMS, Memory, kinds

INVITE = b"INVITE sip:100@acme SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n"
ACK = b"ACK sip:100@acme SIP/2.0\r\nCSeq: 1 ACK\r\n\r\n"
ANSWER = b"SIP/2.0 200 OK\r\nVia: x\r\nCSeq: 1 INVITE\r\n\r\n"
GONE = b"SIP/2.0 200 OK\r\ncseq:\t2  BYE\r\n\r\n"
NOISE = b"\x00\x01 no SIP"
ALL = [
    Drop(), Duplicate(copies=3), Corrupt(octets=4), Truncate(octets=9), Delay(by=1.5),
    Reorder(within=2.0), Burst(p=0.5, r=0.5), Limit(octets=1000), Rebind(), Refuse(), HalfClose(), Reset(), Split(),
    Merge(),
]  # fmt: skip


def rng() -> random.Random:
    return random.Random(7)


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (INVITE, ("INVITE",)),
        (ACK, ("ACK",)),
        (ANSWER, ("200", "200 INVITE")),
        (GONE, ("200", "200 BYE")),
        (b"SIP/2.0 180 Ringing\r\n\r\n", ("180",)),
        (NOISE, ()),
        (b"", ()),
    ],
)
def test_a_datagram_has_the_names_of_its_first_line_and_what_it_answers(
    data: bytes, names: tuple[str, ...]
) -> None:
    assert kinds(data) == names


@pytest.mark.parametrize(
    ("fault", "passages"),
    [
        (Drop(), []),
        (Delay(by=1.5), [Passage(1.5, ACK)]),
        (Truncate(octets=3), [Passage(0.0, b"ACK")]),
        (Truncate(octets=1000), [Passage(0.0, ACK)]),
        (Duplicate(within=0.0), [Passage(0.0, ACK), Passage(0.0, ACK)]),
        (Duplicate(copies=2, within=0.0), [Passage(0.0, ACK)] * 3),
        (Reorder(within=0.0), [Passage(0.0, ACK)]),
    ],
)
def test_a_fault_without_chance_does_the_same_to_each(fault: Fault, passages: list[Passage]) -> None:
    assert fault.decide(ACK, 0.0, rng()) == passages


@pytest.mark.parametrize(
    ("of", "struck"),
    [
        (set(), [INVITE, ACK, ANSWER, GONE, NOISE]),
        ({"ACK"}, [ACK]),
        ({"200"}, [ANSWER, GONE]),
        ({"200 INVITE"}, [ANSWER]),
        ({"INVITE", "200 BYE"}, [INVITE, GONE]),
        ({"486"}, []),
    ],
)
def test_a_fault_befalls_the_messages_that_it_is_meant_for(of: set[str], struck: list[bytes]) -> None:
    fault = Drop(of=frozenset(of))
    assert [
        data for data in (INVITE, ACK, ANSWER, GONE, NOISE) if not fault.decide(data, 0.0, rng())
    ] == struck


@pytest.mark.parametrize(("now", "lost"), [(0.0, False), (1.0, True), (2.9, True), (3.0, False)])
def test_a_fault_has_its_time(now: float, lost: bool) -> None:
    assert (Drop(since=1.0, until=3.0).decide(ACK, now, rng()) == []) is lost


def test_a_fault_befalls_one_way_alone() -> None:
    fault = Drop(sender="cloud")
    assert Chain((fault,)).decide(ACK, 0.0, rng(), "cloud") == []
    assert Chain((fault,)).decide(ACK, 0.0, rng(), "phone") == [Passage(0.0, ACK)]
    assert Drop().decide(ACK, 0.0, rng(), "phone") == []


def test_a_delay_spreads_about_its_mean_and_is_never_negative() -> None:
    draws, fault = rng(), Delay(by=1.0, spread=0.5)
    delays = [fault.decide(ACK, 0.0, draws)[0].delay for _ in range(10_000)]
    assert 0.98 < sum(delays) / len(delays) < 1.03
    assert min(delays) == 0.0
    within = sum(0.5 <= delay <= 1.5 for delay in delays)
    assert 6_600 < within < 7_100
    assert fault.decide(ACK, 0.0, rng()) == fault.decide(ACK, 0.0, rng())


def test_chance_decides_for_each_datagram_by_itself() -> None:
    draws, fault = rng(), Drop(chance=0.3)
    lost = sum(not fault.decide(ACK, 0.0, draws) for _ in range(10_000))
    assert 2_900 < lost < 3_100


def test_a_copy_comes_within_its_time() -> None:
    passages = Duplicate(copies=10, within=2.0).decide(ACK, 0.0, rng())
    assert passages[0] == Passage(0.0, ACK)
    assert len(passages) == 11
    assert all(0.0 <= passage.delay <= 2.0 and passage.data == ACK for passage in passages)


def test_reordered_datagrams_overtake_each_other() -> None:
    draws, fault = rng(), Reorder(within=1.0)
    delays = [fault.decide(ACK, 0.0, draws)[0].delay for _ in range(100)]
    assert delays != sorted(delays)
    assert 0.0 <= min(delays) < 0.1
    assert 0.9 < max(delays) <= 1.0


def test_a_corrupted_datagram_keeps_its_length_and_changes_no_more_than_it_should() -> None:
    draws = rng()
    for _ in range(200):
        [(delay, data, *_)] = Corrupt(octets=3).decide(INVITE, 0.0, draws)
        assert delay == 0.0
        assert len(data) == len(INVITE)
        assert sum(before != after for before, after in zip(INVITE, data, strict=True)) <= 3
    assert Corrupt().decide(b"", 0.0, draws) == [Passage(0.0, b"")]


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: type(fault).__name__)
def test_the_same_arguments_decide_the_same(fault: Fault) -> None:
    assert fault.decide(INVITE, 2.0, rng()) == fault.decide(INVITE, 2.0, rng())


def test_each_fault_of_a_chain_sees_what_the_one_before_let_through() -> None:
    chain = Chain((Duplicate(within=0.0), Delay(by=1.0), Delay(by=0.5, of=frozenset({"ACK"}))))
    assert chain.decide(ACK, 0.0, rng()) == [Passage(1.5, ACK)] * 2
    assert chain.decide(INVITE, 0.0, rng()) == [Passage(1.0, INVITE)] * 2
    assert Chain((Drop(), Duplicate())).decide(ACK, 0.0, rng()) == []
    assert Chain(()).decide(ACK, 0.0, rng()) == [Passage(0.0, ACK)]


def test_of_two_copies_one_may_be_lost() -> None:
    chain, draws = Chain((Duplicate(within=0.0), Drop(chance=0.5))), rng()
    assert {len(chain.decide(ACK, 0.0, draws)) for _ in range(100)} == {0, 1, 2}


@pytest.mark.parametrize(
    ("word", "values", "message"),
    [
        ("drop", {"chance": 1.1}, "`chance` must be from 0 to 1, not 1.1"),
        ("drop", {"chance": float("nan")}, "`chance` must be from 0 to 1, not nan"),
        (
            "drop",
            {"of": frozenset({"ack"})},
            "`ack` is not a kind of message; write a method, 200, or 200 INVITE",
        ),
        (
            "drop",
            {"since": 2.0, "until": 1.0},
            "`since` must not be below 0, and `until` must be later than `since`",
        ),
        ("duplicate", {"copies": 11}, "`copies` must be from 1 to 10, not 11"),
        ("duplicate", {"within": -1.0}, "`within` must be from 0 to 60, not -1"),
        ("reorder", {"within": 61.0}, "`within` must be from 0 to 60, not 61"),
        ("delay", {"by": 301.0}, "`by` must be from 0 to 300, not 301"),
        ("burst", {"p": 1.5, "r": 0.1}, "`p` must be from 0 to 1, not 1.5"),
        ("limit", {"octets": 99}, "`octets` must be from 100 to 1e+09, not 99"),
        (
            "delay",
            {"by": 1.0, "shape": "flat"},
            "`shape` must be one of normal, uniform, exponential, pareto, not flat",
        ),
        ("drop", {"over": frozenset({"tcp"})}, "`over` must be of udp"),
        ("reset", {"over": frozenset({"udp"})}, "`over` must be of tcp, tls"),
        ("corrupt", {"octets": 0}, "`octets` must be from 1 to 100, not 0"),
    ],
)
def test_values_out_of_range_are_refused(word: str, values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        FAULTS[word](**values)
    assert str(caught.value) == message


def test_every_fault_is_registered() -> None:
    files = {path.stem for path in Path(faults.__file__).parent.glob("*.py")}
    assert files - {"__init__", "fault", "chain"} == set(FAULTS)


def test_a_burst_line_loses_as_often_and_as_long_as_its_figures_say() -> None:
    # Stationary: p / (p + r) of the time bad, in bursts of 1 / r (Gilbert and Elliott).
    memory, draws, fault = Memory(), rng(), Burst(p=0.02, r=0.2)
    lost = [not fault.decide(ACK, 0.0, draws, memory=memory) for _ in range(50_000)]
    bursts = sum(one and not other for one, other in pairwise([*lost, False]))
    assert 0.085 < sum(lost) / len(lost) < 0.097
    assert 4.7 < sum(lost) / bursts < 5.3


def test_a_burst_line_may_lose_in_both_states() -> None:
    always = Burst(p=0.0, r=0.0, good_loss=1.0)
    assert always.decide(ACK, 0.0, rng()) == []
    assert Burst(p=1.0, r=0.0, bad_loss=0.0).decide(ACK, 0.0, rng()) == [Passage(0.0, ACK)]


def test_each_way_of_a_line_has_its_own_state() -> None:
    chain, draws = Chain((Burst(p=1.0, r=0.0, sender="cloud"), Limit(octets=100, queue=9.0))), rng()
    assert chain.decide(b"x" * 100, 0.0, draws, "cloud") == []
    assert [each.delay for each in chain.decide(b"x" * 100, 0.0, draws, "phone")] == [1.0]


def test_a_slow_line_sends_one_after_another_and_loses_what_would_wait_too_long() -> None:
    chain, draws = Chain((Limit(octets=100, queue=2.0),)), rng()
    late = [[each.delay for each in chain.decide(b"x" * 100, 0.0, draws)] for _ in range(4)]
    assert late == [[1.0], [2.0], [3.0], []]
    assert [each.delay for each in chain.decide(b"x" * 100, 10.0, draws)] == [1.0]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_distribution_has_the_mean_and_the_deviation_that_are_given(shape: Shape) -> None:
    draws, fault = rng(), Delay(by=10.0, spread=1.0, shape=shape)
    delays = [fault.decide(ACK, 0.0, draws)[0].delay for _ in range(20_000)]
    assert 9.95 < mean(delays) < 10.05
    assert 0.85 < stdev(delays) < 1.15


def test_a_fault_befalls_the_transports_that_it_is_meant_for() -> None:
    late = Delay(by=1.0, over=frozenset({"tls"}))
    assert late.decide(ACK, 0.0, rng(), over="tls") == [Passage(1.0, ACK)]
    assert late.decide(ACK, 0.0, rng(), over="tcp") == [Passage(0.0, ACK)]
    assert Drop().decide(ACK, 0.0, rng(), over="tcp") == [Passage(0.0, ACK)]
    assert (Reset().over, Drop().over) == (STREAMS, frozenset({"udp"}))


def test_what_a_phone_sends_comes_from_a_new_port_and_what_goes_to_the_old_one_is_lost() -> None:
    chain, draws = Chain((Rebind(since=1.0), Rebind(since=2.0))), rng()
    assert [chain.decide(ACK, at, draws, "phone")[0].binding for at in (0.0, 1.0, 2.0)] == [0, 1, 2]
    reached = [
        [len(chain.decide(ACK, at, draws, "cloud", binding=port)) for port in (0, 1, 2)]
        for at in (0.0, 1.0, 2.0)
    ]
    assert reached == [[1, 1, 1], [0, 1, 1], [0, 0, 1]]


def test_a_message_of_a_stream_comes_in_pieces_that_are_all_of_it() -> None:
    pieces = Split(octets=10, gap=0.5).decide(INVITE, 0.0, rng(), over="tcp")
    assert b"".join(each.data for each in pieces) == INVITE
    assert [(each.delay, len(each.data)) for each in pieces[:2]] == [(0.0, 10), (0.5, 10)]
    assert len(Split(octets=1).decide(b"x" * 60_000, 0.0, rng(), over="tls")) == 100


def test_messages_of_one_beat_arrive_together() -> None:
    arrive = [
        at + Merge(within=0.5).decide(ACK, at, rng(), over="tcp")[0].delay for at in (0.1, 0.4, 0.5, 0.6)
    ]
    assert arrive == [0.5, 0.5, 0.5, 1.0]


def test_a_connection_ends_after_the_last_piece_or_in_place_of_a_message() -> None:
    cut = Chain((HalfClose(), Split(octets=30))).decide(ACK, 0.0, rng(), over="tcp")
    assert [each.act for each in cut] == ["", "half-close"]
    assert Chain((Reset(),)).decide(ACK, 0.0, rng(), over="tls") == [Passage(0.0, b"", 0, "reset")]


def test_connections_are_refused_in_their_time_and_of_one_side() -> None:
    chain = Chain((Refuse(since=1.0, sender="phone", over=frozenset({"tls"})),))
    asked = [chain.refuses(at, rng(), "phone", "tls") for at in (0.0, 1.0)]
    assert asked == [False, True]
    assert not chain.refuses(1.0, rng(), "cloud", "tls")
    assert not chain.refuses(1.0, rng(), "phone", "tcp")
    assert chain.decide(ACK, 1.0, rng(), "phone", over="tls") == [Passage(0.0, ACK)]
