"""TCP on real sockets: framing, keep-alives, reuse, half-closed and slow peers, caps."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from sipdomain.errors import SetupError
from sipdomain.runtime.sip.connection import StreamLimits
from sipdomain.runtime.sip.network import LiveNetwork
from sipdomain.sip.outputs import Address, Flow

SMALL = b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n"
LARGE = b"MESSAGE sip:a SIP/2.0\r\nContent-Length: 40000\r\n\r\n" + b"x" * 40_000
LIMITS = StreamLimits(
    connections=8, connections_of_one=4, unsent=64 * 1024, message=0.3, idle=30.0, half_closed=0.3
)


class Bench:
    """A network that keeps what it receives."""

    def __init__(self) -> None:
        self.received: list[tuple[bytes, Flow]] = []
        self.failed: list[Flow] = []
        self.complaints: list[str] = []
        self.needed = False
        self.network: LiveNetwork
        self._writers: list[asyncio.StreamWriter] = []

    async def open(self, bind: Address, limits: StreamLimits) -> None:
        self.network = await LiveNetwork.open(
            bind,
            receive=lambda data, flow: self.received.append((data, flow)),
            failed=self.failed.append,
            complain=lambda _, text: self.complaints.append(text),
            limits=limits,
            in_use=lambda flow: self.needed and flow.connection == 1,
        )

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110 - a socket tells nobody
                await asyncio.sleep(0.005)

    async def connect(self, local: str = "127.0.0.1") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        ours = "::1" if ":" in self.network.address.host else local
        reader, writer = await asyncio.open_connection(*self.network.address, local_addr=(ours, 0))
        self._writers.append(writer)
        return reader, writer

    async def close(self) -> None:
        await self.network.close()
        for writer in self._writers:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


Test = Callable[[Bench], Awaitable[None]]


def play(test: Test, *, limits: StreamLimits = LIMITS, host: str = "127.0.0.1") -> Bench:
    async def run() -> Bench:
        bench = Bench()
        await bench.open(Address(host, 0), limits)
        try:
            async with asyncio.timeout(20):
                await test(bench)
        finally:
            await bench.close()
        return bench

    return asyncio.run(run())


async def ended(reader: asyncio.StreamReader) -> bytes:
    """Return all that still comes until the other end is gone."""
    async with asyncio.timeout(10):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


def test_many_messages_come_in_one_segment() -> None:
    async def test(bench: Bench) -> None:
        _, writer = await bench.connect()
        writer.write(SMALL * 50)
        await bench.until(lambda: len(bench.received) == 50)
        assert {data for data, _ in bench.received} == {SMALL}

    play(test)


def test_one_message_comes_in_many_segments() -> None:
    async def test(bench: Bench) -> None:
        _, writer = await bench.connect()
        for start in range(0, len(LARGE), 4_000):
            writer.write(LARGE[start : start + 4_000])
            await writer.drain()
            await asyncio.sleep(0.002)
        for byte in SMALL:
            writer.write(bytes([byte]))
            await writer.drain()
        await bench.until(lambda: len(bench.received) == 2)
        assert [data for data, _ in bench.received] == [LARGE, SMALL]

    play(test)


def test_a_ping_is_answered_by_a_pong_and_a_lone_line_end_by_nothing() -> None:
    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        writer.write(b"\r\n\r\n")
        assert await reader.readexactly(2) == b"\r\n"
        writer.write(b"\r\n" + SMALL)
        await bench.until(lambda: bench.received)
        writer.write(b"\r\n\r\n")
        assert await reader.readexactly(2) == b"\r\n"

    play(test)


def test_answers_and_new_requests_take_the_connection_that_is_there() -> None:
    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        writer.write(SMALL)
        await bench.until(lambda: bench.received)
        flow = bench.received[0][1]
        assert (flow.transport, flow.local, flow.connection) == ("tcp", bench.network.address, 1)
        bench.network.send(flow, b"answer")
        bench.network.send(flow._replace(connection=0), b"request")
        assert await reader.readexactly(13) == b"answerrequest"

    play(test)


def test_what_is_sent_while_a_connection_opens_goes_by_that_one_in_order() -> None:
    async def test(bench: Bench) -> None:
        peer = Bench()
        await peer.open(Address("127.0.0.1", 0), LIMITS)
        flow = Flow("tcp", bench.network.address, peer.network.address)
        for _ in range(3):
            bench.network.send(flow, SMALL)
        await peer.until(lambda: len(peer.received) == 3)
        assert len({each.connection for _, each in peer.received}) == 1
        await peer.close()

    play(test)


def test_a_peer_that_is_not_there_fails_the_flow() -> None:
    async def test(bench: Bench) -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            flow = Flow("tcp", bench.network.address, Address(*closed.getsockname()))
            bench.network.send(flow, SMALL)
            await bench.until(lambda: bench.failed)
            assert bench.failed == [flow]

    play(test)


def test_a_half_closed_connection_still_takes_our_answers_for_a_while() -> None:
    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        writer.write(SMALL)
        writer.write_eof()
        await bench.until(lambda: bench.received)
        bench.network.send(bench.received[0][1], b"answer")
        assert await ended(reader) == b"answer"
        await bench.until(lambda: bench.failed)

    play(test)


def test_an_end_in_the_middle_of_a_message_is_told() -> None:
    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        writer.write(SMALL[:20])
        writer.write_eof()
        assert await ended(reader) == b""

    bench = play(test)
    assert bench.complaints == ["ended in the middle of a message"]


def test_a_message_that_drips_in_has_no_longer_than_one_that_stops() -> None:
    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        begun_at = asyncio.get_running_loop().time()

        async def drip() -> None:
            with contextlib.suppress(ConnectionError):
                for byte in LARGE:
                    writer.write(bytes([byte]))
                    await writer.drain()
                    await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        assert await ended(reader) == b""
        assert asyncio.get_running_loop().time() - begun_at < 5
        dripping.cancel()

    bench = play(test)
    assert bench.complaints == ["a message took longer than 0.3 s"]


def test_an_idle_connection_is_closed_and_a_ping_keeps_it_open() -> None:
    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        for _ in range(4):
            await asyncio.sleep(0.15)
            writer.write(b"\r\n\r\n")
            assert await reader.readexactly(2) == b"\r\n"
        assert await ended(reader) == b""

    bench = play(test, limits=replace(LIMITS, idle=0.4))
    assert bench.complaints == []


def test_a_connection_that_is_needed_outlives_its_idleness_and_ends_when_it_is_not() -> None:
    async def test(bench: Bench) -> None:
        bench.needed = True
        reader, _ = await bench.connect()
        other, _ = await bench.connect()
        begun_at = asyncio.get_running_loop().time()
        assert await ended(other) == b""
        await asyncio.sleep(0.25)
        assert not reader.at_eof()
        bench.needed = False
        assert await ended(reader) == b""
        assert asyncio.get_running_loop().time() - begun_at < 1.0

    bench = play(test, limits=replace(LIMITS, idle=0.1))
    assert bench.complaints == []


def test_a_needed_connection_may_still_not_stop_in_the_middle_of_a_message_or_half_close() -> None:
    async def test(bench: Bench) -> None:
        bench.needed = True
        reader, writer = await bench.connect()
        writer.write(SMALL[:5])
        assert await ended(reader) == b""

    bench = play(test)
    assert bench.complaints == ["a message took longer than 0.3 s"]


def test_a_stream_whose_header_fields_have_no_end_is_cut_off() -> None:
    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        writer.write(b"OPTIONS sip:a SIP/2.0\r\nX: " + b"x" * 70_000)
        assert await ended(reader) == b""
        assert bench.received == []

    bench = play(test)
    assert bench.complaints == ["header fields too large"]


def test_a_message_whose_length_is_not_known_arrives_to_be_refused_and_nothing_after_it() -> None:
    head = b"OPTIONS sip:a SIP/2.0\r\nTo: a\r\n\r\n"

    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        writer.write(head + SMALL)
        await bench.until(lambda: len(bench.received) == 1)
        assert bench.received[0][0] == head
        bench.network.send(bench.received[0][1], b"400")
        assert await ended(reader) == b"400"

    bench = play(test)
    assert bench.complaints == ["no Content-Length in a message on a stream"]


def test_of_a_message_that_is_too_large_the_head_arrives_and_its_answer_leaves_before_the_end() -> None:
    head = b"MESSAGE sip:a SIP/2.0\r\nContent-Length: 70000\r\n\r\n"

    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        writer.write(SMALL + head + b"x" * 1000)
        await bench.until(lambda: len(bench.received) == 2)
        assert [data for data, _ in bench.received] == [SMALL, head]
        bench.network.send(bench.received[1][1], b"513")
        writer.write(b"x" * 69_000 + SMALL)
        assert await ended(reader) == b"513"
        assert len(bench.received) == 2

    bench = play(test)
    assert bench.complaints == ["message too large"]


def test_a_peer_that_does_not_read_is_cut_off() -> None:
    async def test(bench: Bench) -> None:
        _, writer = await bench.connect()
        writer.write(SMALL)
        await bench.until(lambda: bench.received)
        flow = bench.received[0][1]
        for _ in range(400):
            bench.network.send(flow, LARGE)
            await asyncio.sleep(0)
        await bench.until(lambda: bench.failed)
        assert set(bench.failed) == {flow}

    bench = play(test)
    assert bench.complaints == ["does not read what it is sent"]


def test_one_address_has_so_many_connections_and_no_more() -> None:
    async def test(bench: Bench) -> None:
        for _ in range(4):
            await bench.connect("127.0.0.2")
        assert await ended((await bench.connect("127.0.0.2"))[0]) == b""
        _, writer = await bench.connect("127.0.0.3")
        writer.write(SMALL)
        await bench.until(lambda: bench.received)

    bench = play(test)
    assert bench.complaints == ["refused: more than 4 connections from one address"]


def test_when_all_places_are_taken_who_has_most_loses_the_connection_used_least_lately() -> None:
    async def test(bench: Bench) -> None:
        kept = {
            (host, number): await bench.connect(host)
            for host, count in (("127.0.0.2", 4), ("127.0.0.3", 2), ("127.0.0.4", 2))
            for number in range(count)
        }
        kept["127.0.0.2", 0][1].write(SMALL)
        await bench.until(lambda: bench.received)
        _, writer = await bench.connect("127.0.0.5")
        writer.write(SMALL)
        await bench.until(lambda: len(bench.received) == 2)
        assert await ended(kept["127.0.0.2", 1][0]) == b""

    bench = play(test)
    assert bench.complaints == ["closed to make room: used least lately"]


def test_five_hundred_slow_senders_do_not_hinder_another_address() -> None:
    async def test(bench: Bench) -> None:
        slow = await asyncio.gather(*(bench.connect("127.0.0.2") for _ in range(500)))
        for _, writer in slow:
            with contextlib.suppress(ConnectionError):
                writer.write(b"INVITE sip:a SIP/2.0\r\nVia: ")
        begun_at = asyncio.get_running_loop().time()
        reader, writer = await bench.connect("127.0.0.3")
        writer.write(SMALL)
        await bench.until(lambda: bench.received)
        bench.network.send(bench.received[0][1], b"answer")
        assert await reader.readexactly(6) == b"answer"
        assert asyncio.get_running_loop().time() - begun_at < 2
        await asyncio.gather(*(ended(each) for each, _ in slow))

    bench = play(test, limits=StreamLimits(connections=600, connections_of_one=400, message=1.0))
    assert bench.complaints.count("refused: more than 400 connections from one address") == 100
    assert bench.complaints.count("a message took longer than 1 s") == 400


def test_a_flood_of_connections_that_are_closed_at_once_leaves_nothing_behind() -> None:
    async def test(bench: Bench) -> None:
        for number in range(100):
            _, writer = await bench.connect("127.0.0.2")
            writer.write(SMALL)
            await bench.until(lambda: len(bench.received) > number)  # noqa: B023 - asked at once
            writer.close()
            await writer.wait_closed()
        await bench.until(lambda: len(bench.failed) == 100)

    play(test)


def test_messages_come_over_ipv6_with_the_address_in_its_usual_form() -> None:
    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        writer.write(SMALL)
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
            udp.sendto(SMALL, bench.network.address)
            await bench.until(lambda: len(bench.received) == 2)
        flows = {flow.transport: flow for _, flow in bench.received}
        assert {flow.remote.host for flow in flows.values()} == {"::1"}
        assert {flow.local for flow in flows.values()} == {bench.network.address}
        bench.network.send(flows["tcp"], b"answer")
        assert await reader.readexactly(6) == b"answer"

    play(test, host="::1")


def test_an_address_in_use_is_told() -> None:
    async def test(bench: Bench) -> None:
        with pytest.raises(SetupError, match=f"^cannot listen on udp {bench.network.address}: "):
            await LiveNetwork.open(
                bench.network.address,
                receive=lambda _, __: None,
                failed=lambda _: None,
                complain=lambda _, __: None,
            )

    play(test)
