"""A DNS server on real sockets."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
from dnslib import DNSRecord

from sipdomain.errors import SetupError
from sipdomain.runtime.dns import server as dns
from sipdomain.runtime.dns.server import DnsServer
from sipdomain.sip.outputs import Address
from sipdomain.twilio.names.dns_zone import Listener, Zone
from tests.patience import PATIENCE

ZONE = Zone("sip.twilio.com", {"demo.sip.twilio.com"}.__contains__, {"": Listener("127.0.0.1", 5060)})
QUERY = bytes(DNSRecord.question("demo.sip.twilio.com").pack())
FRAME = len(QUERY).to_bytes(2) + QUERY


def with_server(test: Callable[[DnsServer], Awaitable[None]], bind: str = "127.0.0.1") -> None:
    """Run a test beside a server."""

    async def run() -> None:
        server = DnsServer(ZONE)
        await server.open(Address(bind, 0))
        try:
            async with asyncio.timeout(PATIENCE):
                await test(server)
        finally:
            await server.close()

    asyncio.run(run())


async def read(reader: asyncio.StreamReader) -> DNSRecord:
    """Read one response from a stream."""
    length = int.from_bytes(await reader.readexactly(2))
    return DNSRecord.parse(await reader.readexactly(length))


async def rest(reader: asyncio.StreamReader) -> bytes:
    """Read to the end; a reset is an end too."""
    try:
        return await reader.read()
    except ConnectionError:
        return b""


def ask_udp(server: Address, data: bytes) -> bytes:
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as udp:
        udp.settimeout(PATIENCE)
        udp.connect((server.host, server.port))
        udp.send(data)
        return udp.recv(65_535)


@pytest.mark.parametrize("bind", ["127.0.0.1", "::1"])
def test_udp_and_tcp_answer_on_the_same_port(bind: str) -> None:
    async def test(server: DnsServer) -> None:
        answer = DNSRecord.parse(await asyncio.to_thread(ask_udp, server.address, QUERY))
        assert str(answer.rr[0].rdata) == "127.0.0.1"
        reader, writer = await asyncio.open_connection(*server.address)
        writer.write(FRAME)
        assert str((await read(reader)).rr[0].rdata) == "127.0.0.1"
        writer.close()

    with_server(test, bind)


def test_a_stream_may_be_cut_anywhere_and_hold_several_queries() -> None:
    async def test(server: DnsServer) -> None:
        reader, writer = await asyncio.open_connection(*server.address)
        for octet in FRAME:
            writer.write(bytes([octet]))
            await writer.drain()
        writer.write(FRAME * 3)
        assert [len((await read(reader)).rr) for _ in range(4)] == [1, 1, 1, 1]
        writer.close()

    with_server(test)


@pytest.mark.parametrize(
    "data",
    [
        (dns.MOST_QUERY + 1).to_bytes(2) + bytes(100),
        b"\x00\x00",
        b"\x00\x0b" + bytes(11),
    ],
)
def test_a_stream_of_something_else_is_closed(data: bytes) -> None:
    async def test(server: DnsServer) -> None:
        reader, writer = await asyncio.open_connection(*server.address)
        writer.write(data)
        assert await rest(reader) == b""
        writer.close()

    with_server(test)


def test_past_the_most_connections_the_next_is_closed_until_one_ends() -> None:
    async def test(server: DnsServer) -> None:
        held = [
            await asyncio.open_connection(
                *server.address, local_addr=(f"127.0.0.{20 + number // dns.MOST_OF_ONE}", 0)
            )
            for number in range(dns.MOST_CONNECTIONS)
        ]
        for reader, writer in held:
            writer.write(FRAME)
            await read(reader)
        reader, writer = await asyncio.open_connection(*server.address)
        writer.write(FRAME)
        assert await rest(reader) == b""
        writer.close()
        for _, each in held:
            each.close()
            await each.wait_closed()
        answered = await asyncio.to_thread(ask_udp, server.address, QUERY)
        assert DNSRecord.parse(answered).rr
        reader, writer = await asyncio.open_connection(*server.address)
        writer.write(FRAME)
        assert (await read(reader)).rr
        writer.close()

    with_server(test)


def test_one_source_has_its_places_and_leaves_the_others_theirs() -> None:
    async def test(server: DnsServer) -> None:
        held = [await asyncio.open_connection(*server.address) for _ in range(dns.MOST_OF_ONE)]
        for reader, writer in held:
            writer.write(FRAME)
            await read(reader)
        reader, writer = await asyncio.open_connection(*server.address)
        writer.write(FRAME)
        assert await rest(reader) == b""
        reader, other = await asyncio.open_connection(*server.address, local_addr=("127.0.0.9", 0))
        other.write(FRAME)
        assert (await read(reader)).rr
        for each in (writer, other, *(held_writer for _, held_writer in held)):
            each.close()

    with_server(test)


def test_many_queries_on_one_connection_are_answered_in_turn_with_others() -> None:
    async def test(server: DnsServer) -> None:
        greedy, writer = await asyncio.open_connection(*server.address)
        modest, other = await asyncio.open_connection(*server.address, local_addr=("127.0.0.9", 0))
        other.write(FRAME)
        await read(modest)
        writer.write(FRAME * 400)
        await read(greedy)
        other.write(FRAME)
        await read(modest)
        # The others of the 400 still come, all of them.
        for _ in range(399):
            assert (await read(greedy)).rr
        writer.close()
        other.close()

    with_server(test)


def test_a_datagram_that_is_too_long_is_dropped_and_the_next_answered() -> None:
    async def test(server: DnsServer) -> None:
        def ask() -> bytes:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                udp.settimeout(PATIENCE)
                udp.connect(server.address)
                udp.send(QUERY + bytes(dns.MOST_QUERY))
                udp.send(QUERY)
                return udp.recv(65_535)

        assert DNSRecord.parse(await asyncio.to_thread(ask)).header.rcode == 0

    with_server(test)


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_port_in_use_is_one_clear_error(kind: socket.SocketKind) -> None:
    async def test() -> None:
        with socket.socket(socket.AF_INET, kind) as other:
            other.bind(("127.0.0.1", 0))
            if kind == socket.SOCK_STREAM:
                other.listen()
            bind = Address("127.0.0.1", other.getsockname()[1])
            word = "udp" if kind == socket.SOCK_DGRAM else "tcp"
            with pytest.raises(SetupError, match=f"^cannot listen on {word} {bind}: "):
                await DnsServer(ZONE).open(bind)

    asyncio.run(test())
