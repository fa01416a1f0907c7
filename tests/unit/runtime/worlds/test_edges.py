"""Edges as a script changes them: closed and opened, and named by DNS in another order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from sipdomain.runtime.sip.edge_listeners import EdgeListeners
from sipdomain.runtime.worlds.edges import Edges, Question
from sipdomain.sip.outputs import Address
from sipdomain.twilio.names.dns_zone import ServiceRecord, Zone
from tests.patience import until
from tests.unit.runtime.sip.test_edge_listeners import with_edges

NAME = "_sip._udp.demo.sip.twilio.com"
Test = Callable[[Edges, Zone, EdgeListeners], Awaitable[None]]


def with_two(test: Test) -> None:
    """Run a test with Dublin and Tokyo, at noon."""

    async def run(listeners: EdgeListeners, _: object) -> None:
        await listeners.add("tokyo", Address("127.0.1.6", 0))
        zone = Zone("sip.twilio.com", {"demo.sip.twilio.com"}.__contains__, listeners.listeners)
        await test(Edges(listeners, zone, lambda: 12.0), zone, listeners)

    with_edges(run)


def led(zone: Zone, name: str = NAME) -> list[str]:
    """Return the targets that DNS names, the best first."""
    records = zone.answer(name, "SRV", reached="127.0.0.1").records
    return [each.target.split(".")[2] for each in records if isinstance(each, ServiceRecord)]


def test_dns_names_the_edges_as_they_were_opened_until_another_leads() -> None:
    async def test(edges: Edges, zone: Zone, _: EdgeListeners) -> None:
        assert led(zone) == ["dublin", "tokyo"]
        edges.lead("tokyo", "dublin")
        assert led(zone) == ["tokyo", "dublin"]
        edges.reset()
        assert led(zone, NAME.upper()) == ["dublin", "tokyo"]
        assert edges.questions == (Question(12.0, NAME, "SRV"),) * 3

    with_two(test)


def test_dns_turns_with_each_question_that_comes_again() -> None:
    async def test(edges: Edges, zone: Zone, _: EdgeListeners) -> None:
        edges.turn()

        over_tcp = NAME.replace("_udp", "_tcp")
        assert [led(zone)[0], led(zone, over_tcp)[0], led(zone)[0], led(zone)[0], led(zone, over_tcp)[0]] == [
            "dublin", "dublin", "tokyo", "dublin", "tokyo",
        ]  # fmt: skip
        assert zone.ttl == 0
        edges.reset()
        assert zone.ttl == 5

    with_two(test)


def test_an_edge_that_is_shut_refuses_tcp_is_named_all_the_same_and_open_after_a_reset() -> None:
    async def test(edges: Edges, zone: Zone, listeners: EdgeListeners) -> None:
        place = listeners.addresses["dublin"]
        edges.shut("dublin")
        await until(lambda: edges.is_settled)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(place.host, place.port)
        assert led(zone) == ["dublin", "tokyo"]
        assert edges.places[place] == "dublin"

        edges.reset()
        await until(lambda: edges.is_settled)
        _, writer = await asyncio.open_connection(place.host, place.port)
        writer.close()

    with_two(test)
