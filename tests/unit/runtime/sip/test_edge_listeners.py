"""One listener an edge, that can be closed and opened again."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest

from sipdomain.errors import SetupError
from sipdomain.runtime.sip.edge_listeners import EdgeListeners, open_all, usual_edges
from sipdomain.runtime.sip.network import LiveNetwork
from sipdomain.sip.outputs import Address, Flow
from sipdomain.twilio.names.dns_zone import Listener
from tests.patience import PATIENCE, until

Received = list[tuple[bytes, Flow]]


async def listen(bind: Address, received: Received) -> LiveNetwork:
    return await LiveNetwork.open(
        bind,
        receive=lambda data, flow: received.append((data, flow)),
        failed=lambda _: None,
        complain=lambda _, __: None,
    )


def with_edges(
    test: Callable[[EdgeListeners, Received], Awaitable[None]], advertise: str | None = None
) -> None:
    """Run a test with a main listener, and one for Dublin."""

    async def run() -> None:
        received: Received = []
        main = await listen(Address("127.0.0.1", 0), received)
        edges = EdgeListeners(main, lambda bind, _: listen(bind, received), advertise=advertise)
        try:
            await edges.add("dublin", Address("127.0.1.3", 0))
            async with asyncio.timeout(PATIENCE):
                await test(edges, received)
        finally:
            await edges.close()

    asyncio.run(run())


def caller() -> socket.socket:
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    udp.settimeout(PATIENCE)
    return udp


def test_an_answer_leaves_by_the_listener_that_was_asked() -> None:
    async def test(edges: EdgeListeners, received: Received) -> None:
        dublin = edges.addresses["dublin"]
        with caller() as udp:
            for target in (dublin, edges.main.address):
                udp.sendto(b"ping", target)
                await until(lambda: bool(received))
                data, flow = received.pop()
                assert (data, flow.local) == (b"ping", target)
                edges.send(flow, b"pong")
                assert udp.recvfrom(100) == (b"pong", tuple(target))

    with_edges(test)


def test_a_closed_edge_says_nothing_until_it_is_opened_again_at_the_same_address() -> None:
    async def test(edges: EdgeListeners, received: Received) -> None:
        dublin = edges.addresses["dublin"]
        with caller() as udp:
            udp.connect(dublin)
            flow = Flow("udp", dublin, Address(*udp.getsockname()))
            await edges.shut("dublin")
            await edges.shut("dublin")
            assert not edges.is_open("dublin")
            edges.send(flow, b"lost")
            udp.send(b"ping")
            with pytest.raises(ConnectionRefusedError):
                udp.recv(100)
            await edges.restore("dublin")
            await edges.restore("dublin")
            assert edges.is_open("dublin")
            udp.send(b"again")
            await until(lambda: bool(received))
            edges.send(flow, b"pong")
            assert udp.recv(100) == b"pong"
            assert received == [(b"again", flow)]

    with_edges(test)


def test_a_connection_to_an_edge_ends_when_it_is_closed() -> None:
    async def test(edges: EdgeListeners, received: Received) -> None:
        reader, writer = await asyncio.open_connection(*edges.addresses["dublin"])
        writer.write(b"\r\n\r\n")
        assert await reader.readexactly(2) == b"\r\n"
        await edges.shut("dublin")
        assert await reader.read() == b""
        writer.close()

    with_edges(test)


def test_dns_has_every_edge_closed_or_not() -> None:
    async def test(edges: EdgeListeners, received: Received) -> None:
        dublin, main = edges.addresses["dublin"], edges.main.address
        told = {"": Listener("192.0.2.1", main.port), "dublin": Listener("127.0.1.3", dublin.port)}
        assert edges.listeners == told
        await edges.shut("dublin")
        assert edges.listeners == told

    with_edges(test, advertise="192.0.2.1")


def test_an_edge_that_there_is_not_cannot_be_switched() -> None:
    async def test(edges: EdgeListeners, received: Received) -> None:
        with pytest.raises(KeyError):
            await edges.shut("tokyo")
        with pytest.raises(KeyError):
            await edges.restore("tokyo")

    with_edges(test)


def test_an_address_in_use_is_reported_with_its_edge() -> None:
    async def test(edges: EdgeListeners, received: Received) -> None:
        taken = edges.addresses["dublin"]
        with pytest.raises(SetupError, match=f"^edge tokyo: cannot listen on udp {taken}: "):
            await open_all(edges, {"tokyo": taken})
        assert list(edges.addresses) == ["dublin"]

    with_edges(test)


def test_the_usual_addresses_are_those_that_this_system_has() -> None:
    found, absent = usual_edges(5060)
    assert {*found, *absent} == {
        "ashburn", "umatilla", "dublin", "frankfurt", "singapore", "tokyo", "sao-paulo", "sydney",
    }  # fmt: skip
    assert all(address == Address(f"127.0.1.{address.host[-1]}", 5060) for address in found.values())
