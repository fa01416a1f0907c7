"""TCP on real sockets: framing, keep-alives, reuse, half-closed and slow peers, caps."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import pytest

from sipdomain.errors import SetupError
from sipdomain.runtime.sip.network import LiveNetwork
from sipdomain.sip.outputs import Address, Flow
from tests.patience import until
from tests.unit.runtime.sip.streams import LARGE, LIMITS, SMALL, Bench, ended, play


def test_many_messages_come_in_one_segment() -> None:
    async def test(bench: Bench) -> None:
        _, writer = await bench.connect()
        writer.write(SMALL * 50)
        await until(lambda: len(bench.received) == 50)
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
        await until(lambda: len(bench.received) == 2)
        assert [data for data, _ in bench.received] == [LARGE, SMALL]

    play(test)


def test_a_ping_is_answered_by_a_pong_and_a_lone_line_end_by_nothing() -> None:
    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        writer.write(b"\r\n\r\n")
        assert await reader.readexactly(2) == b"\r\n"
        writer.write(b"\r\n" + SMALL)
        await until(lambda: bench.received)
        writer.write(b"\r\n\r\n")
        assert await reader.readexactly(2) == b"\r\n"

    play(test)


def test_answers_and_new_requests_take_the_connection_that_is_there() -> None:
    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        writer.write(SMALL)
        await until(lambda: bench.received)
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
        await until(lambda: len(peer.received) == 3)
        assert len({each.connection for _, each in peer.received}) == 1
        await peer.close()

    play(test)


def test_a_peer_that_is_not_there_fails_the_flow() -> None:
    async def test(bench: Bench) -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            flow = Flow("tcp", bench.network.address, Address(*closed.getsockname()))
            bench.network.send(flow, SMALL)
            await until(lambda: bench.failed)
            assert bench.failed == [flow]

    play(test)


def test_a_half_closed_connection_still_takes_our_answers_for_a_while() -> None:
    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        writer.write(SMALL)
        writer.write_eof()
        await until(lambda: bench.received)
        bench.network.send(bench.received[0][1], b"answer")
        assert await ended(reader) == b"answer"
        await until(lambda: bench.failed)

    play(test)


def test_an_end_in_the_middle_of_a_message_is_reported() -> None:
    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        writer.write(SMALL[:20])
        writer.write_eof()
        assert await ended(reader) == b""

    bench = play(test)
    assert bench.complaints == ["ended in the middle of a message"]


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


def test_a_message_whose_length_is_not_known_arrives_to_be_refused_and_nothing_after_it() -> None:
    head = b"OPTIONS sip:a SIP/2.0\r\nTo: a\r\n\r\n"

    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        writer.write(head + SMALL)
        await until(lambda: len(bench.received) == 1)
        assert bench.received[0][0] == head
        bench.network.send(bench.received[0][1], b"400")
        assert await ended(reader) == b"400"

    bench = play(test)
    assert bench.complaints == ["no Content-Length in a message on a stream"]


def test_messages_come_over_ipv6_with_the_address_in_its_usual_form() -> None:
    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        writer.write(SMALL)
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
            udp.sendto(SMALL, bench.network.address)
            await until(lambda: len(bench.received) == 2)
        flows = {flow.transport: flow for _, flow in bench.received}
        assert {flow.remote.host for flow in flows.values()} == {"::1"}
        assert {flow.local for flow in flows.values()} == {bench.network.address}
        bench.network.send(flows["tcp"], b"answer")
        assert await reader.readexactly(6) == b"answer"

    play(test, host="::1")


def test_an_address_in_use_is_reported() -> None:
    async def test(bench: Bench) -> None:
        with pytest.raises(SetupError, match=f"^cannot listen on udp {bench.network.address}: "):
            await LiveNetwork.open(
                bench.network.address,
                receive=lambda _, __: None,
                failed=lambda _: None,
                complain=lambda _, __: None,
            )

    play(test)
