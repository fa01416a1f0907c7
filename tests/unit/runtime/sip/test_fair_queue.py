"""Messages wait by address, and each address gets its turn."""

from __future__ import annotations

import asyncio

from sipdomain.runtime.sip.fair_queue import FairQueue
from sipdomain.sip.outputs import Address, Flow

HERE = Address("127.0.0.1", 5060)


def flow(host: str) -> Flow:
    return Flow("udp", HERE, Address(host, 4000))


class Bench:
    """A queue, and what came out of it."""

    def __init__(self, *, most_of_one: int = 100, most: int = 250) -> None:
        self.loop = asyncio.new_event_loop()
        self.received: list[bytes] = []
        self.complaints: list[str] = []
        self.queue = FairQueue(
            self.loop,
            lambda data, _: self.received.append(data),
            lambda at, text: self.complaints.append(f"{at.remote.host}: {text}"),
            most_of_one=most_of_one,
            most=most,
        )

    def close(self) -> None:
        self.queue.close()
        self.loop.close()


def test_addresses_take_turns_and_each_keeps_its_order() -> None:
    bench = Bench()
    for data, host in (
        (b"a1", "192.0.2.1"),
        (b"a2", "192.0.2.1"),
        (b"a3", "192.0.2.1"),
        (b"b1", "192.0.2.2"),
    ):
        assert bench.queue.put(data, flow(host))
    bench.queue.run()
    assert bench.received == [b"a1", b"b1", b"a2", b"a3"]
    assert len(bench.queue) == 0
    bench.close()


def test_a_flood_fills_its_own_queue_and_is_reported_once() -> None:
    bench = Bench()
    kept = [bench.queue.put(b"x" * 30, flow("192.0.2.1")) for _ in range(10)]
    assert kept == [True] * 3 + [False] * 7
    assert bench.queue.put(b"good", flow("192.0.2.2"))
    assert bench.complaints == ["192.0.2.1: too many messages wait: 1 dropped so far"]
    bench.queue.run()
    assert bench.received[1] == b"good"
    assert bench.queue.put(b"x" * 30, flow("192.0.2.1"))
    bench.close()


def test_all_addresses_together_have_a_cap_too() -> None:
    bench = Bench()
    kept = [bench.queue.put(b"x" * 100, flow(f"192.0.2.{number}")) for number in range(5)]
    assert kept == [True, True, False, False, False]
    bench.close()


def test_a_stream_is_notified_when_nothing_of_its_address_waits_any_more() -> None:
    bench = Bench()
    told: list[str] = []
    bench.queue.put(b"x" * 60, flow("192.0.2.1"))
    assert bench.queue.is_full("192.0.2.1")
    assert not bench.queue.is_full("192.0.2.2")
    bench.queue.when_empty("192.0.2.1", lambda: told.append("empty"))
    assert told == []
    bench.queue.run()
    assert told == ["empty"]
    bench.queue.when_empty("192.0.2.1", lambda: told.append("already"))
    assert told == ["empty", "already"]
    bench.close()


def test_work_stops_after_a_slice_and_goes_on_when_sockets_were_read() -> None:
    bench = Bench(most_of_one=1000, most=1000)
    slow: list[bytes] = []

    def receive(data: bytes, _: Flow) -> None:
        slow.append(data)
        until = bench.loop.time() + 0.003
        while bench.loop.time() < until:
            pass

    queue = FairQueue(bench.loop, receive, lambda _, __: None)

    async def run() -> int:
        for number in range(3):
            queue.put(bytes([number]), flow("192.0.2.1"))
        queue.run()
        at_once = len(slow)
        while len(queue):  # noqa: ASYNC110 - the loop has to turn
            await asyncio.sleep(0)
        return at_once

    assert bench.loop.run_until_complete(run()) == 1
    assert slow == [b"\0", b"\1", b"\2"]
    bench.close()


def test_the_addresses_of_one_64_share_a_lane() -> None:
    bench = Bench(most_of_one=4)
    assert bench.queue.put(b"a1", flow("2001:db8:1:2::1"))
    assert bench.queue.put(b"a2", flow("2001:db8:1:2::2"))
    assert not bench.queue.put(b"a3", flow("2001:db8:1:2:ffff::3"))
    assert bench.queue.put(b"b1", flow("2001:db8:1:3::1"))
    bench.queue.run()
    assert bench.received == [b"a1", b"b1", b"a2"]
    bench.close()
