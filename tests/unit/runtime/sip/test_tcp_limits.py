"""What one peer may cost over TCP: time, bytes and connections."""

from __future__ import annotations

import asyncio
import contextlib

from sipdomain.runtime.sip.connection import StreamLimits
from tests.patience import until
from tests.unit.runtime.sip.streams import LARGE, SMALL, Bench, ended, play


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


def test_a_stream_whose_header_fields_have_no_end_is_cut_off() -> None:
    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        writer.write(b"OPTIONS sip:a SIP/2.0\r\nX: " + b"x" * 70_000)
        assert await ended(reader) == b""
        assert bench.received == []

    bench = play(test)
    assert bench.complaints == ["header fields too large"]


def test_of_a_message_that_is_too_large_the_head_arrives_and_its_answer_leaves_before_the_end() -> None:
    head = b"MESSAGE sip:a SIP/2.0\r\nContent-Length: 70000\r\n\r\n"

    async def test(bench: Bench) -> None:
        reader, writer = await bench.connect()
        writer.write(SMALL + head + b"x" * 1000)
        await until(lambda: len(bench.received) == 2)
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
        await until(lambda: bench.received)
        flow = bench.received[0][1]
        for _ in range(400):
            bench.network.send(flow, LARGE)
            await asyncio.sleep(0)
        await until(lambda: bench.failed)
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
        await until(lambda: bench.received)

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
        await until(lambda: bench.received)
        _, writer = await bench.connect("127.0.0.5")
        writer.write(SMALL)
        await until(lambda: len(bench.received) == 2)
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
        await until(lambda: bench.received)
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
            await until(lambda: len(bench.received) > number)  # noqa: B023 - asked at once
            writer.close()
            await writer.wait_closed()
        await until(lambda: len(bench.failed) == 100)

    play(test)
