"""Calls to a host name that has several servers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from sipdomain.entries import Decision
from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Address, Flow
from sipdomain.twilio.names.sip_servers import SipServer
from tests.parity.dialled import Exchange
from tests.parity.ordered_calls import Phone
from tests.unit.twilio.bench import LONG, Bench, flow
from tests.unit.twilio.caller import Caller, Make

ONE, TWO, THREE = (Address(f"127.0.0.2{n}", 5070) for n in (1, 2, 3))
TO = "sip:100@pbx.example"


Named = Callable[..., Bench]


@pytest.fixture
def named(make: Make) -> Named:
    """Make an emulator that knows the servers of one name."""

    def made(*servers: SipServer) -> Bench:
        bench = make(peers={"pbx.example": servers})
        bench.domain(voice_status_callback_url="http://app.test/status")
        return bench

    return made


@pytest.fixture
def two(named: Named) -> Bench:
    return named(SipServer(TWO, priority=20), SipServer(ONE, priority=10))


@pytest.fixture
def line(two: Bench) -> Exchange:
    return Exchange(two, Caller(two, flow()))


def order(bench: Bench, to: str = TO, **more: str) -> None:
    bench.post("/Calls.json", 201, To=to, From="reception", Twiml=LONG, **more)


def invite(bench: Bench) -> tuple[Request, Flow]:
    """Return the one INVITE that was sent since the last time, and where it went; its copies count as itself."""
    (found,) = {
        each.via.branch: each
        for each in bench.take()
        if isinstance(each, Request) and each.method == "INVITE"
    }.values()
    way = next(flow for _, flow, data in reversed(bench.sent) if data.startswith(b"INVITE"))
    return found, way


@pytest.mark.rule("outbound-servers")
def test_the_order_of_servers_is_that_of_their_priority(two: Bench) -> None:
    order(two)
    assert invite(two)[1].remote == ONE


@pytest.mark.rule("outbound-servers")
def test_servers_of_one_priority_share_the_calls_by_their_weight(named: Named) -> None:
    bench = named(SipServer(ONE, weight=90), SipServer(TWO, weight=10))
    found: Counter[Address] = Counter()
    for _ in range(60):
        order(bench)
        request, way = invite(bench)
        found[way.remote] += 1
        Phone(bench, request, way.remote).respond(486)
        bench.take()
    assert 45 < found[ONE] < 60
    assert found[TWO] == 60 - found[ONE]


@pytest.mark.rule("outbound-servers-followed")
@pytest.mark.parametrize(
    ("uri", "transport", "remote"),
    [
        (TO, "udp", ONE),
        (f"{TO};transport=tcp", "tcp", TWO),
        (f"{TO};transport=tls", "tls", THREE),
        ("sips:100@pbx.example", "tls", THREE),
        (f"{TO};secure=true", "tls", THREE),
        ("sip:100@pbx.example:5090;transport=tls", "tls", Address("127.0.0.21", 5090)),
    ],
)
def test_the_transport_chooses_the_servers_and_a_port_none(
    named: Named, uri: str, transport: str, remote: Address
) -> None:
    bench = named(
        SipServer(ONE, transport="udp"), SipServer(TWO, transport="tcp"), SipServer(THREE, transport="tls")
    )
    order(bench, uri)
    way = invite(bench)[1]
    assert (way.transport, way.remote) == (transport, remote)


@pytest.mark.rule("outbound-named")
def test_a_name_without_a_server_for_the_transport_cannot_be_called(named: Named) -> None:
    bench = named(SipServer(ONE, transport="tcp"))
    order(bench)
    assert bench.take() == []
    assert (bench.alerts, bench.record.status) == ([13254], "failed")


@pytest.mark.rule("outbound-failover")
def test_the_same_invite_goes_to_the_next_server_after_a_503(two: Bench) -> None:
    order(two)
    first, way = invite(two)
    Phone(two, first, way.remote).respond(180)
    Phone(two, first, way.remote).respond(503)
    second, other = invite(two)
    assert other.remote == TWO
    assert (second.call_id, second.require("from"), second.require("cseq"), second.target, second.body) == (
        first.call_id, first.require("from"), first.require("cseq"), TO, first.body,
    )  # fmt: skip
    assert second.via.branch != first.via.branch
    Phone(two, second, TWO, "b2").answer()
    noted = [(each.outcome, each.got) for each in two.journal(Decision) if each.check == "server"]
    assert noted == [("noted", "503 of 127.0.0.21:5070, next 127.0.0.22:5070")]
    assert (two.record.status, two.alerts) == ("in-progress", [])
    two.post(f"/Calls/{two.record.sid}.json", Status="completed")
    two.request("BYE")
    assert two.sent[-1][1].remote == TWO


@pytest.mark.rule("outbound-failover")
def test_the_next_server_is_called_when_one_answers_nothing_for_64_t1(two: Bench) -> None:
    order(two)
    assert invite(two)[1].remote == ONE
    two.wait(31.9)
    assert {flow.remote for _, flow, data in two.sent if data.startswith(b"INVITE")} == {ONE}
    two.take()
    two.wait(0.2)
    second, way = invite(two)
    assert way.remote == TWO
    Phone(two, second, TWO).answer()
    assert two.record.status == "in-progress"
    two.post(f"/Calls/{two.record.sid}.json", Status="completed")


@pytest.mark.rule("outbound-failover")
def test_the_next_server_is_called_when_the_connection_breaks(two: Bench) -> None:
    order(two, f"{TO};transport=tcp")
    way = invite(two)[1]
    two.carry(two.emulator.transport_failed(way, two.now))
    assert invite(two)[1].remote == TWO


@pytest.mark.rule("outbound-failover")
@pytest.mark.parametrize(
    ("status", "ended"),
    [(486, "busy"), (404, "failed"), (408, "no-answer"), (500, "failed"), (603, "no-answer")],
)
def test_any_other_refusal_is_the_answer(two: Bench, status: int, ended: str) -> None:
    order(two)
    first, way = invite(two)
    Phone(two, first, way.remote).respond(status)
    assert not [each for each in two.take() if isinstance(each, Request) and each.method == "INVITE"]
    assert two.record.status == ended


@pytest.mark.rule("outbound-failover")
def test_what_the_last_server_says_counts(two: Bench) -> None:
    order(two, StatusCallback="http://app.test/status")
    first, _ = invite(two)
    Phone(two, first, ONE).respond(503)
    second, _ = invite(two)
    Phone(two, second, TWO).respond(486)
    assert (two.record.status, two.alerts) == ("busy", [])
    assert two.asked("status")[-1].parameters["SipResponseCode"] == "486"


@pytest.mark.rule("outbound-failover")
def test_servers_that_are_all_down_fail_the_dial(line: Exchange) -> None:
    (first,) = line.dial("<Sip>sip:100@pbx.example</Sip>")
    first.respond(503)
    (second,) = line.phones()
    second.respond(503)
    assert line.told["DialCallStatus"] == "failed"
    assert line.told["DialSipResponseCode"] == "503"
    assert line.bench.alerts == [32011]


@pytest.mark.rule("outbound-failover")
def test_nobody_is_called_any_more_when_the_caller_has_left(line: Exchange) -> None:
    (first,) = line.dial("<Sip>sip:100@pbx.example</Sip>")
    line.leave()
    line.bench.take()
    first.respond(503)
    assert line.phones() == []
    assert line.statuses == ["no-answer"]
