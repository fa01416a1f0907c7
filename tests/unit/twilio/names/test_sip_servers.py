"""In which order the servers of a name are tried."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given, strategies as st

from sipdomain.sip.outputs import Address
from sipdomain.twilio.names.sip_servers import SipServer, addresses, ordered


def server(number: int, priority: int = 0, weight: int = 0) -> SipServer:
    return SipServer(Address("127.0.0.1", number), priority, weight)


def test_the_lowest_priority_comes_first() -> None:
    first, second, third = server(1, 5), server(2, 10, 100), server(3, 20)
    assert ordered([third, second, first], random.Random(1)) == [first, second, third]


def test_servers_without_weight_stay_in_their_order_and_nothing_is_drawn() -> None:
    rng = random.Random(1)
    before = rng.getstate()
    servers = [server(3), server(1), server(2)]
    assert ordered(servers, rng) == servers
    assert rng.getstate() == before


def test_weights_share_the_calls_out() -> None:
    rng = random.Random(1)
    firsts = Counter(ordered([server(1, 0, 1), server(2, 0, 3)], rng)[0].address.port for _ in range(10_000))
    # Of the numbers 0 to 4, two choose the first: RFC 2782 draws from both ends inclusive.
    assert 3_800 < firsts[1] < 4_200


def test_a_weight_of_zero_has_a_very_small_chance() -> None:
    rng = random.Random(1)
    servers = [server(1, 0, 99), server(2, 0, 0)]
    firsts = Counter(ordered(servers, rng)[0].address.port for _ in range(10_000))
    assert 50 < firsts[2] < 150


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=16), st.integers())
def test_each_server_comes_once_and_priorities_rise(rows: list[tuple[int, int]], seed: int) -> None:
    servers = [server(number, *row) for number, row in enumerate(rows, 1)]
    found = ordered(servers, random.Random(seed))
    assert sorted(each.address for each in found) == sorted(each.address for each in servers)
    priorities = [each.priority for each in found]
    assert priorities == sorted(priorities)


def test_a_port_that_is_given_leads_to_each_host_once() -> None:
    servers = [SipServer(Address(host, port)) for host, port in (("::1", 1), ("127.0.0.2", 2), ("::1", 3))]
    assert addresses(servers, 5090) == [Address("::1", 5090), Address("127.0.0.2", 5090)]
