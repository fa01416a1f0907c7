"""What is said of a PBX that finds the domain by DNS, and of one that does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sipdomain.qa.checks import CHECKS
from sipdomain.qa.seen import Dialog, Seen
from sipdomain.sip.codec import parse
from sipdomain.sip.outputs import Address
from tests.unit.qa.named import (
    ASHBURN,
    FOUND,
    TCP,
    UMATILLA,
    WRONG_BY_NAME,
    asked,
    call,
    named,
    seen,
    unavailable,
    unheard,
)
from tests.unit.qa.played import changed, result_of_the_phone, right

ANEW = replace(FOUND, starts_anew=True)


def said(name: str, seen: Seen) -> tuple[str, str]:
    verdict = CHECKS[name].verdict(seen)
    return verdict.outcome, verdict.said


@pytest.mark.parametrize("name", WRONG_BY_NAME)
def test_a_pbx_that_does_not_ask_our_dns_is_not_judged(name: str) -> None:
    unasked = replace(named()[CHECKS[name].situation], found=replace(FOUND, questions=()))

    assert said(name, unasked) == (
        "could not tell",
        "the PBX did not ask the DNS at 127.0.0.1:5353 for the domain: let it, without an outbound proxy",
    )


def test_where_its_vendor_is_known_it_is_said_how_to_let_it_ask() -> None:
    def asterisk(text: bytes) -> bytes:
        return text.replace(b"Max-Forwards", b"User-Agent: Asterisk PBX 20\r\nMax-Forwards")

    unasked = changed(
        replace(named()["by-name"], found=replace(FOUND, questions=())),
        lambda wire: replace(wire, data=asterisk(wire.data), message=parse(asterisk(wire.data))),
    )

    assert said("srv-records", unasked)[1].endswith(
        "; nameserver = HOST@PORT in resolver_unbound.conf, with res_resolver_unbound loaded"
    )


@pytest.mark.parametrize("name", WRONG_BY_NAME)
def test_a_pbx_that_has_an_outbound_proxy_is_not_judged(name: str) -> None:
    by_proxy = seen(call(Address("127.0.0.1", 5060)), again=10.0, turned=8.0)

    assert said(name, by_proxy) == (
        "could not tell",
        "the INVITE went to 127.0.0.1:5060, which DNS does not name: take the outbound proxy out",
    )


@pytest.mark.parametrize("name", WRONG_BY_NAME)
def test_without_dns_nothing_can_be_told(name: str) -> None:
    assert said(name, replace(right()["call"], found=None)) == (
        "could not tell",
        "there is no DNS to find the domain by: say --dns HOST:PORT",
    )


def test_addresses_alone_are_no_srv_records_though_the_right_edge_was_met() -> None:
    addresses = seen(call(UMATILLA), found=replace(FOUND, questions=asked("A", "AAAA")))

    assert said("srv-records", addresses) == (
        "failed",
        "DNS was asked for A, AAAA of the domain, and for no SRV record",
    )


@pytest.mark.parametrize(("name", "situation"), [("dns-ttl", "by-name"), ("retry-after", "edge-unavailable")])
def test_a_program_that_is_started_anew_remembers_nothing(name: str, situation: str) -> None:
    outcome, why = said(name, replace(named()[situation], found=ANEW))

    assert (outcome, why.partition(":")[0]) == (
        "could not tell",
        "the driver starts the PBX anew for each call",
    )


def test_over_udp_nothing_is_refused() -> None:
    assert said("next-edge-refused", seen(found=FOUND)) == (
        "could not tell",
        "no INVITE came, and over UDP nothing is refused: next-edge-silent looks at that",
    )


def test_an_edge_that_answers_no_options_may_be_passed_over_at_once_and_else_that_is_strange() -> None:
    at_once = seen(call(UMATILLA))
    (invite,) = unheard(ASHBURN).wires
    data = invite.data.replace(b"INVITE", b"OPTIONS")
    options = Dialog("options", [replace(invite, data=data, message=parse(data))])

    assert said("next-edge-silent", seen(options, call(UMATILLA))) == (
        "passed",
        "ashburn did not answer OPTIONS, and the INVITE went to umatilla at once",
    )
    assert said("next-edge-silent", at_once)[0] == "could not tell"


def test_forty_seconds_are_too_long() -> None:
    assert said("next-edge-silent", seen(unheard(ASHBURN), call(UMATILLA, later=40.0))) == (
        "failed",
        "ashburn was silent, and only after 40 s an INVITE came to umatilla",
    )


def test_after_its_time_an_edge_may_be_called_again() -> None:
    later = seen(
        unavailable(ASHBURN), call(UMATILLA, later=0.1), call(ASHBURN, later=31.0, name="again"), again=10.0
    )

    outcome, why = said("retry-after", later)

    assert (outcome, why) == (
        "could not tell",
        "the second call came 31 s after the 503, when it may go to ashburn",
    )


def test_an_edge_that_was_not_called_cannot_be_left() -> None:
    elsewhere = seen(call(UMATILLA), call(UMATILLA, later=12.0, name="again"), again=10.0)

    assert [said(name, elsewhere) for name in ("next-edge-unavailable", "retry-after")] == [
        ("could not tell", "no INVITE came to ashburn, which DNS names first")
    ] * 2


def test_the_ack_to_a_challenge_goes_where_that_came_from() -> None:
    astray = changed(
        named()["dns-turns"],
        lambda wire: (
            replace(wire, target=UMATILLA) if wire.method == "ACK" and not wire.cseq[0] > 1 else wire
        ),
    )

    assert said("same-edge", astray) == ("failed", "the 407 came from ashburn, and its ACK went to umatilla")


@pytest.mark.parametrize("name", WRONG_BY_NAME)
def test_a_driver_that_asks_no_dns_leaves_them_not_run(name: str) -> None:
    result = result_of_the_phone(CHECKS[name])

    assert (result.verdict.outcome, result.verdict.said) == (
        "not run",
        "the driver phone cannot call by name",
    )


def test_a_refusal_over_tcp_is_met_by_tcp_alone() -> None:
    assert said("next-edge-refused", seen(found=TCP)) == (
        "failed",
        "DNS named ashburn and umatilla; ashburn refused TCP, and no INVITE came to umatilla",
    )
