"""The edge's route set: what a call's 200 names, and what becomes of requests that do not keep to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sipdomain.entries import Alert, Decision
from sipdomain.sip.message import Request
from sipdomain.twilio.fidelity.profile import DOCUMENTED, OBSERVED, Profile
from tests.parity.ordered_calls import ordered
from tests.unit.twilio.bench import LONG, SDP, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page

INNER = "<sip:127.0.0.1:5060;lr;r2=on;twnat=sip:127.0.0.10:5070>"
STRAIGHT = (
    "send ACK and BYE by the Record-Routes of the 200, in Route header fields, with its Contact as Request-URI "
    "(RFC 3261 section 12.2.1.1)"
)


def answered(
    make: Make, profile: Profile = OBSERVED, transport: str = "udp", *fields: tuple[str, str]
) -> Caller:
    """Return a caller whose call was answered by a 200, which it has not acknowledged."""
    bench = make(profile)
    bench.domain()
    bench.pages["/voice"] = page(LONG)
    alice = Caller(bench, flow(transport=transport))
    alice.dial(*fields)
    return alice


@pytest.mark.rule("route-set")
@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_the_200_has_two_routes_of_the_edge_above_the_callers_own_and_a_contact_behind_them(
    make: Make, transport: str
) -> None:
    alice = answered(make, OBSERVED, transport, ("Record-Route", "<sip:pbx.example;lr>"))
    response = alice.bench.response(200)
    outer = (
        INNER
        if transport == "udp"
        else f"<sip:127.0.0.1:5060;transport={transport};lr;r2=on;twnat=sip:127.0.0.10:5070>"
    )
    assert response.headers.all("record-route") == [INNER, outer, "<sip:pbx.example;lr>"]
    assert response.require("contact") == "<sip:127.255.255.254:5060>"


@pytest.mark.rule("route-set")
@pytest.mark.parametrize(
    ("profile", "has_routes"),
    [
        (DOCUMENTED, False),
        (OBSERVED, True),
        (replace(DOCUMENTED, route_set=True), True),
        (replace(OBSERVED, route_set=False), False),
    ],
)
def test_the_route_set_goes_by_the_profile_and_can_be_switched(
    make: Make, profile: Profile, has_routes: bool
) -> None:
    response = answered(make, profile).bench.response(200)
    assert response.headers.all("record-route") == ([INNER, INNER] if has_routes else [])


def straight(alice: Caller, method: str) -> Request:
    """Return a request within the call that is not sent by the routes."""
    alice.routes = ()
    return alice.build(method, number=2 if method == "ACK" else None)


@pytest.mark.rule("route-set")
def test_an_ack_straight_to_the_contact_is_not_heard_and_the_alert_says_why(make: Make) -> None:
    alice = answered(make)
    bench = alice.bench
    alice.tag = bench.response(200).to.tag or ""
    for _ in range(3):
        alice.send(straight(alice, "ACK"))
    noted = [each for each in bench.journal(Decision) if each.check == "route"]
    assert [(each.outcome, each.reason, each.got, each.wanted, each.mend) for each in noted] == [
        ("dropped", "not-by-the-route-set", "no Route", INNER, STRAIGHT)
    ]
    bench.wait(33.0)
    assert bench.alerts == [32022]
    assert bench.journal(Alert)[0].text == (
        f"ACK not received from your SIP endpoint; it came straight to the Contact: {STRAIGHT}"
    )


@pytest.mark.rule("route-set", "route-set-missing")
@pytest.mark.parametrize("routes", [(), ("<sip:pbx.example;lr>",), ("<sip:127.0.0.1:5070;lr>",)])
@pytest.mark.parametrize("method", ["BYE", "INVITE", "REFER", "INFO"])
def test_another_request_without_the_route_set_gets_481_and_the_call_goes_on(
    make: Make, method: str, routes: tuple[str, ...]
) -> None:
    alice = answered(make)
    alice.ack(alice.bench.response(200))
    kept, alice.routes = alice.routes, routes
    assert alice.ask(method).status == 481
    assert alice.bench.record.status == "in-progress"
    alice.routes = kept
    assert alice.bye().status == 200
    assert alice.bench.alerts == []


@pytest.mark.rule("route-set")
def test_an_invite_of_ours_has_the_route_set_too_and_its_bye_goes_to_the_phone(make: Make) -> None:
    bench = make(OBSERVED)
    bench.pages["/voice"] = page("<Response><Hangup/></Response>")
    _, phone = ordered(bench)
    edge = "<sip:127.0.0.1:5060;lr;r2=on;twnat=sip:127.0.0.20:5080>"
    assert phone.invite.headers.all("record-route") == [edge, edge]
    assert phone.invite.require("contact") == "<sip:127.255.255.254:5060>"
    phone.respond(200, body=SDP)
    ack, bye = (each for each in bench.take() if isinstance(each, Request))
    assert (ack.method, bye.method) == ("ACK", "BYE")
    assert ack.headers.all("route") == bye.headers.all("route") == []
    assert bench.sent[-1][1].remote == phone.way.remote
